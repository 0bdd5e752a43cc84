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
customer-remove = 解除联系
customer-removed = 已与{ $name }解除联系
customer-restored = 已恢复联系
customer-file = 客户.csv
