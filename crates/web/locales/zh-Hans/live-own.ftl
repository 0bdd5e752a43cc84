# 成员自己看到的活码
own-live = 我的活码
own-live-lede = 扫活码的客户按规则轮流分给成员。这里能看到你现在的情况。
own-live-on = 正在接待客户。
own-live-off = 已暂停接待。
own-live-off-until = 暂停接待到 { $at }。
own-live-switch-on = 恢复接待
own-live-switch-off = 暂停接待
own-live-for = 多久
own-live-hour = 一小时
own-live-today = 今天剩下的时间
own-live-open = 直到我恢复
own-live-until = 到某个时间
own-live-until-hint = 按企业所在时区。
own-live-none = 你不在任何活码里
own-live-none-text = 由渠道管理员把成员加进活码。
own-live-share = 份额 { $weight }
own-live-today-count = 今天 { $n } 位
own-live-cap = 上限 { $n }
own-live-open-count = { $n ->
   *[other] { $n } 个会话进行中
}
own-live-turn = 轮流分配中
own-live-why-closed = 这个码现在不接待
own-live-why-off = 你已暂停
own-live-why-off_duty = 不在你的时间
own-live-why-full = 今天已满
own-live-why-no_share = 份额为 0
own-live-back = { $at } 恢复
own-live-ledger = 我的台账
own-live-ledger-none = 没有补给或扣减。
own-live-turns = { $n ->
   *[other] { $n } 次
}
own-live-is-off = 已暂停接待。
own-live-is-on = 已恢复接待。
