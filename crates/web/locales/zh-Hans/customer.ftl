# 成员的客户
customer-tab = 客户
customer-colleagues = 同事
customer-title = { $n ->
    [0] 还没有客户
   *[other] { $n } 位客户
}
customer-search = 按称呼、拼音、备注、标签或码的名称找客户
customer-search-hint = 称呼、拼音、备注、标签、码
customer-none = 没有客户
customer-none-text = 扫了你的码的人会出现在这里，不用刷新。
customer-code = 来自二维码
customer-source = 来源
customer-holders = 跟进人
customer-me = 我
customer-external-id = 对接用的编号
customer-first = 首次添加
customer-all-lede = 现在或曾经是某位同事联系人的外部人员。
customer-all-search = 按称呼或编号找客户
customer-all-search-hint = 称呼，或 external_userid
customer-all-none = 还没有客户
customer-all-none-text = 有人扫同事的码加上之后，就出现在这里。
customer-all-other = 换个称呼试试。
customer-deleted = 已删除个人资料
customer-nobody = 现在没有跟进人
customer-remove = 解除联系
customer-removed = 已与{ $name }解除联系
customer-restored = 已恢复联系
customer-file = 客户.csv
