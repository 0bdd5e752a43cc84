contact-title = { $n ->
    [0] 还没有好友
   *[other] { $n } 位好友
}
contact-order = 星标在前，其余按拼音
contact-found = { $n } 位符合，星标在前
contact-search = 按姓名、拼音、备注或标签找好友
contact-search-hint = 姓名、拼音、备注、标签
contact-tags = 标签
contact-letters = 拼音首字母
contact-starred = 星标
contact-star = 星标，排在最前
contact-star-of = 星标{ $name }
contact-note = 备注
contact-note-of = 备注{ $name }
contact-note-title = { $name }的备注和标签
contact-remark-hint = 只有你看得到，最多 32 字。
contact-tags-hint = 用逗号分开，最多 20 个，每个不超过 16 字。
contact-noted = 已保存
contact-card = 好友
contact-in-directory = 看名片
contact-remove = 删除好友
contact-removed = 已删除好友{ $name }
contact-restored = 已恢复，你们又是好友了
contact-private = 备注、标签和星标只有你看得到。
contact-gone-text = 对方的账号已停用或已离职，不能再联系。好友关系和你的备注还在。
contact-hidden-text = 按企业的可见范围，你现在看不到对方的部门和职位。
contact-empty = 还没有好友
contact-empty-text = 对方接受申请后会出现在这里。先在通讯录里找到同事。
contact-none = 没有符合的好友
contact-none-text = 可能还不是好友，到通讯录里找找看。
contact-none-go = 在通讯录里找
contact-blocks = 屏蔽名单
contact-blocks-title = { $n ->
    [0] 没有屏蔽任何人
   *[other] 屏蔽了 { $n } 位同事
}
contact-blocks-text = 被屏蔽的同事发来的申请到不了你，对方不会知道。
contact-blocks-empty = 名单是空的
contact-blocks-empty-text = 在同事的名片上可以屏蔽。
contact-blocked-since = { $date } 起
contact-unblock = 解除屏蔽
contact-unblock-of = 解除对{ $name }的屏蔽
contact-unblocked = 已解除对{ $name }的屏蔽
contact-file = 好友.csv
contact-column-name = 姓名
contact-column-remark = 备注
contact-column-tags = 标签
contact-column-starred = 星标
contact-column-department = 部门
contact-column-position = 职位
contact-column-extension = 分机
contact-column-email = 邮箱
contact-column-mobile = 手机号
contact-column-since = 成为好友
contact-column-state = 状态
