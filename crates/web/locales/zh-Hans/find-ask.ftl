# 找人求助，管理员这一边
find-ask-title = { $n ->
    [0] 没有人在等你帮忙找人
   *[other] { $n } 位同事找不到人，在等你
}
find-ask-lede = 这里写明挡住的是哪条规则，只有管理员看得到。答复会立刻送到提问的人。
find-ask-open = 等答复
find-ask-answered-tab = 已答复
find-ask-none = 没有问题在等
find-ask-none-text = 有人在通讯录里找不到同事、请管理员帮忙时，会出现在这里。
find-ask-none-answered = 还没有答复过
find-ask-none-answered-text = 答复过的问题会留在这里，方便回头查。
find-ask-row = { $asker }在找“{ $query }”
find-ask-answer-was = 答复：
find-ask-waits = 等答复
find-ask-is-answered = 已答复
find-ask-who = 谁在问
find-ask-typed = 他输入的
find-ask-message = 他写的
find-ask-what-they-see = 对方看得到谁
find-ask-candidates = { $n ->
    [0] 没有可能的人
   *[other] 可能是这 { $n } 位
}
find-ask-nobody = 在职、停用和离职的成员里都没有叫这个名字的，读音相近的也没有。可能是公司外的人。
find-ask-verdict-visible = 看得到
find-ask-verdict-not_activated = 还没登录
find-ask-verdict-hidden = 看不到
find-ask-verdict-disabled = 已停用
find-ask-verdict-left = 已离职
find-ask-says-visible = { $viewer }看得到{ $target }，可能是写错了字
find-ask-says-not_activated = { $viewer }看得到{ $target }，但他还没登录过
find-ask-says-hidden = { $viewer }看不到{ $target }
find-ask-says-disabled = { $target }已停用，谁都找不到
find-ask-says-left = { $target }已离职，谁都找不到
find-ask-not-a-rule = 找不到是因为账号状态，不是因为下面的规则。
find-ask-admins-only = 仅管理员
find-ask-department = 部门
find-ask-employee-no = 工号
find-ask-status = 状态
find-ask-explain = 在“为什么看不到”里打开
find-ask-remedy = 怎么处理
find-ask-how = 选一种
find-ask-grant = 只让{ $viewer }看到{ $target }
find-ask-grant-hint = 加一条单独许可，30 天后自动收回。
find-ask-exception = 把“{ $department }”加进例外
find-ask-exception-hide = { $viewers } 人会看到被隐藏的 { $hidden } 人。
find-ask-exception-limit = { $viewers } 人不再受这条规则限制。
find-ask-exception-short = 只加例外还不够：还有别的规则挡着，加了之后他仍看不到。
find-ask-only-answer = 不开放，只答复
find-ask-only-answer-hint = 规则不变。告诉对方可以找谁。
find-ask-try = 先看看加了例外会怎样
find-ask-answer = 答复
find-ask-answer-hint = 提问的人会看到。开放时留空，就自动说明已经开放。
find-ask-send = 处理并答复
find-ask-answered = 已答复，对方马上看到。
find-ask-answered-by = { $name }答复
find-ask-answer-empty = 没有写文字。
find-ask-done-grant = 现在可以在通讯录里找到{ $name }了，{ $days } 天内有效。
find-ask-done-exception = 你的部门现在可以看到对方了，请再搜一次。
find-ask-propose-nobody = 公司里没有叫这个名字的人，可能是外部联系人。
find-ask-propose-left = { $name }已经离职。
find-ask-propose-disabled = { $name }的账号目前停用，暂时联系不上。
find-ask-propose-not_activated = { $name }还没有登录过。可以先发申请，他登录后会看到。
find-ask-propose-visible = 请在通讯录里搜“{ $name }”，可以找到。

error-ask_answered = 这个问题刚刚有人答复过了，你的处理没有生效。
error-not_found-find_ask = 没有这个问题。
field-answer-required = 写一句答复。
field-remedy-required = 选一种处理方式。
