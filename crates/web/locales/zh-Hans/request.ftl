person-customer = 客户
person-unknown = 已不在的同事
person-status-left = 已离职
person-status-disabled = 已停用
person-status-active = 在职
person-status-not_activated = 未激活

request-title = { $n ->
    [0] 没有申请在等你
   *[other] { $n } 个申请等你
}
request-lede = 不处理也可以，{ $n } 天后自动过期，对方不会知道你看过。
request-title-sent = 你发出的申请
request-title-settled = 你处理过的申请
request-lede-settled = 接受或拒绝之后 10 分钟内可以撤销。
request-tab-received = 收到的
request-tab-sent = 发出的
request-tab-settled = 已处理
request-way-colleague = 同事搜索
request-way-batch = 批量添加
request-way-qr_code = 扫码
request-way-live_code = 活码
request-left = 还有 { $time }
request-accept = 接受
request-accept-of = 接受{ $name }的申请
request-accept-all = 全部接受
request-accept-all-title = 接受这 { $n } 个申请？
request-accept-all-text = 他们都会成为你的好友。接受后 10 分钟内可以在“已处理”里逐个撤销。
request-decline = 拒绝
request-decline-of = 拒绝{ $name }的申请
request-decline-title = 拒绝{ $name }的申请？
request-decline-text = { $n ->
    [0] 对方会看到已被拒绝，可以马上再申请。
   *[other] 对方会看到已被拒绝，{ $n } 天内不能再向你申请。
}
request-reason = 理由（选填）
request-reason-hint = 写了的话，对方会看到。
request-reason-was = 理由：{ $reason }
request-withdraw = 撤回
request-withdraw-of = 撤回发给{ $name }的申请
request-undo-of = 撤销对{ $name }的决定
request-accepted = 已接受{ $name }的申请
request-declined = 已拒绝{ $name }的申请
request-withdrawn = 已撤回发给{ $name }的申请
request-undone = 已撤销，和{ $name }的申请又在等待
request-accepted-many = 已接受 { $n } 个申请
request-accepted-gone = ，{ $n } 个已有变化，没有接受
request-state-pending = 等你处理
request-state-accepted = 已接受
request-state-declined = 已拒绝
request-state-expired = 已过期
request-state-withdrawn = 对方撤回了
request-sent-pending = 等对方确认
request-sent-accepted = 对方接受了
request-sent-declined = 对方拒绝了
request-sent-expired = 过期了，可以再发一次
request-sent-withdrawn = 你撤回了
request-empty-received = 没有申请在等你
request-empty-received-text = 同事的好友申请会出现在这里，不用刷新。
request-empty-sent = 你还没有发过申请
request-empty-sent-text = 在通讯录里找到同事，就可以发好友申请。
request-empty-settled = 还没有处理过申请
request-empty-settled-text = 接受、拒绝和过期的申请会留在这里。
request-find = 找同事
request-newest = 回到最新
request-aside = 申请的规则和我发出的
request-who = 谁可以加我
request-who-colleagues = 同事
request-who-colleagues-text = 能看到你的同事都可以申请，由你确认
request-who-declined = 被我拒绝后
request-who-declined-text = { $n ->
    [0] 可以马上再申请
   *[other] { $n } 天内不能再申请
}
request-who-blocked = 被我屏蔽后
request-who-blocked-text = 申请到不了你，对方不会知道
request-mine = 我发出的
request-mine-none = 没有在等对方确认的申请。
request-budget = 今天已发 { $used } 个，还可以发 { $left } 个。
request-noted = 知道了
