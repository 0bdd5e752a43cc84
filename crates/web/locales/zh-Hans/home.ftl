home-title = { $n ->
    [0] 没有事在等你
   *[other] 有 { $n } 件事在等你
}
home-waiting = 等你处理
home-empty = 都处理完了
home-empty-text = 新的好友申请会出现在这里，不用刷新。
home-asks = { $n } 位同事找不到人
home-asks-text = 他们在通讯录里没有找到要找的人，等管理员答复。
home-asks-go = 去答复
home-more = 还有 { $n } 个申请
home-day = 我的今天
home-sent = 发出 { $n } 个申请
home-limit = ，上限 { $n }
home-recent = 最近的好友
home-contacts = 全部 { $n } 位
home-recent-none = 还没有好友。从通讯录里发出第一个申请。
home-webhooks = { $n } 个接收地址已停用
home-webhooks-text = 对方不再接收公司的消息。
home-webhooks-go = 查看
home-alerts = { $n } 条活码提醒
home-alerts-text = 客户可能找不到人，或等得比承诺的久。
home-alerts-go = 查看
