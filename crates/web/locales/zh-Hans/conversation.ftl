# 客户与成员的会话
nav-conversations = 会话
talk-title = { $n ->
    [0] 会话
   *[other] { $n } 位客户在等你回复
}
talk-open = 进行中
talk-settled = 已结束
talk-search = 找客户
talk-search-hint = 姓名或备注
talk-none = 这里还没有会话
talk-none-text = 扫活码加你的客户会出现在这里，等得最久的排在最前。
talk-unread = 新消息
talk-waits = 在等回复
talk-late = 已超时
talk-promised-for = 承诺 { $at } 前回复
talk-said = 聊天记录
talk-nothing = 还没有消息，先打个招呼吧。
talk-earlier = 更早的消息
talk-read = 已读
talk-text = 消息
talk-send = 发送
talk-resolve = 结束
talk-resolved = 已结束。客户再发消息时会重新打开。
talk-reopen = 重新打开
talk-hand-over = 转交
talk-hand-over-text = 同事能看到全部聊天记录，并成为客户的联系人。客户会收到通知。
talk-hand-to = 转交给{ $name }
talk-handed-over = 已转交给{ $name }。
talk-colleague = 同事
talk-colleague-first = 输入姓名。
talk-colleague-none = 没有找到。
talk-note-handed_over = { $name }接手了会话。
talk-note-rerouted = 为了不让您久等，改由{ $name }为您服务。
talk-note-resolved = 会话已结束。
talk-note-erased = 客户已删除自己的数据，他写的内容已不再保留，你写的内容仍保留。
talk-begin = 给{ $name }留言，回复会显示在这里。
talk-gone = { $name }已不在这里，您的消息会由企业处理。
talk-promise = { $name }会在 { $at } 前回复。
talk-back = { $name } { $at } 回来。
talk-soon = { $name }会在这里回复您。
talk-mine = 会话
talk-with = 和{ $name }聊天

answer-title = 常用回复
answer-lede = 在每个会话里都能用。先填进输入框，发送前还可以改。
answer-none = 还没有常用回复
answer-none-text = 把常写的话存在这里。
answer-company = 企业
answer-name = 名称
answer-new = 新的回复
answer-change = 修改回复
answer-shared = 全企业可用
answer-use = 使用
answer-use-of = 使用“{ $title }”
answer-kept = 已保存。
answer-deleted = 已删除。
answer-delete-of = 删除“{ $title }”
answer-delete-sure = 删除“{ $title }”吗？

home-talks = { $n ->
   *[other] { $n } 位客户在等你回复
}
home-talks-text = 等得最久的排在最前。
home-talks-go = 去回复
