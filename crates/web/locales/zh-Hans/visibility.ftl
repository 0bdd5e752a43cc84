# 可见范围：规则、单独许可、试看、查原因。规则的句子要让不懂系统的人一眼看懂。
visibility-pages = 可见范围的页面
visibility-tab-rules = 规则
visibility-tab-grants = 单独许可
visibility-tab-preview = 谁看到什么
visibility-tab-explain = 为什么看不到
visibility-comma = 、
visibility-or = { "；" }
visibility-and-more = { $names } 等 { $n } 个
visibility-member-gone = 已不在的成员
visibility-department-gone = 已删除的部门

visibility-title = { $n ->
    [0] 所有人都互相看得到
   *[other] { $n } 条可见规则
}
visibility-lede = 没有规则时，同事之间都看得到。规则对通讯录、搜索和名片同时生效。
visibility-add = 加一条规则
visibility-edit = 修改规则
visibility-none = 还没有规则
visibility-none-text = 要隐藏一个部门或一位成员，或者限制谁能看到谁，从这里开始。
visibility-what-if = 试试不要它
visibility-delete-named = 删除规则：{ $rule }
visibility-rule-saved = 规则已保存，立刻生效。
visibility-rule-deleted = 规则已删除。
visibility-undone = 已撤销，和之前一样。

visibility-rule-hide-department = “{ $name }”只对本部门可见
visibility-rule-hide-member = { $name }对其他同事隐藏
visibility-rule-self-department = “{ $name }”的成员只看得到自己
visibility-rule-self-member = { $name }只看得到自己
visibility-rule-own-department = “{ $name }”的成员只看得到自己的部门
visibility-rule-own-member = { $name }只看得到自己的部门
visibility-rule-own-listed-department = “{ $name }”的成员只看得到自己的部门，以及{ $listed }
visibility-rule-own-listed-member = { $name }只看得到自己的部门，以及{ $listed }
visibility-rule-listed-department = “{ $name }”的成员只看得到{ $listed }
visibility-rule-listed-member = { $name }只看得到{ $listed }
visibility-exceptions = 例外：{ $list }
visibility-impact-hide = 隐藏 { $covered } 人，{ $bound } 人看不到
visibility-impact-limit = 限制 { $bound } 人
visibility-set-by = { $name } { $date } 设定
visibility-set = { $date } 设定

visibility-leaders = 负责人看到全部下属
visibility-leaders-text = 打开时，部门负责人总能看到本部门和下级部门的所有人，不受规则影响。
visibility-on = 已打开
visibility-off = 已关闭
visibility-turn-on = 打开
visibility-turn-off = 关闭
visibility-leaders-now-on = 负责人现在看得到全部下属。
visibility-leaders-now-off = 负责人现在也按规则看人。
visibility-how = 几条规则怎么一起算
visibility-how-1 = 每个人总能看到自己；有单独许可的，总能看到许可的人。
visibility-how-2 = 被隐藏的部门，本部门的人和例外名单上的人看得到，别人看不到。
visibility-how-3 = 被限制的人只看得到规则写的范围；同时受几条限制时，范围相加。
visibility-how-4 = 在几个部门任职的人，只要有一个部门看得到，就看得到对方；单独隐藏的除外。

visibility-subject = 关于谁
visibility-subject-hint = 一个部门（连同下级部门）或一位成员。
visibility-what = 要做什么
visibility-what-hide = 隐藏
visibility-what-hide-hint = 别人看不到他们；部门里的人互相仍看得到。
visibility-what-limit = 限制
visibility-what-limit-hint = 他们看不到范围以外的人；别人仍看得到他们。
visibility-extent = 他们看得到谁
visibility-extent-own = 自己的部门
visibility-extent-own-hint = 所在部门和下级部门，加上下面列出的。
visibility-extent-self = 只有自己
visibility-extent-self-hint = 谁也看不到，除了下面列出的。
visibility-extent-listed = 只有列出的
visibility-extent-listed-hint = 下面列出的部门和成员，至少一个。
visibility-listed = 另外列出
visibility-listed-hint = 他们还看得到的部门和成员。
visibility-exceptions-of = 例外
visibility-exceptions-of-hint = 这条规则对他们不起作用：照常看得到。
visibility-note = 为什么有这条规则
visibility-note-hint = 选填。写给以后来看的管理员，60 字以内。
visibility-save = 保存规则
visibility-recount = 重新试算
visibility-try = 保存前先试看
visibility-try-empty = 选好规则后，这里显示这位成员会看到什么、和今天差多少。
visibility-incomplete = 还没选好。先选这条规则关于谁；“只有列出的”还要列出至少一个。
visibility-viewer = 替谁看
visibility-viewer-hint = 任选一位成员，看看对方看得到什么。
visibility-as = 替谁看
visibility-as-hint = 不选，就替第一个受影响的成员看。
visibility-who = 谁在看
visibility-who-hint = 找人的那一位。
visibility-target = 看谁
visibility-target-hint = 要找的那一位。

visibility-find-in = { $field }：搜索
visibility-find-placeholder = 姓名、拼音、部门
visibility-find-member = 姓名、拼音
visibility-found = { $n ->
   *[other] 找到 { $n } 个：
}
visibility-found-none = 没有找到“{ $text }”。
visibility-tree = 从部门里选…
visibility-tree-in = { $field }：从部门里选

visibility-preview-title = 谁看到什么
visibility-preview-lede = 任选一位成员，看看对方在通讯录里看得到的部门和人数。对方不会知道。
visibility-preview-empty = 先选一位成员。
visibility-without = 假如没有这条规则
visibility-without-hint = 看看删掉一条规则会怎样，不会真的删。
visibility-without-none = 就按现在的规则
visibility-show = 看结果
visibility-seen = { $viewer }看得到 { $total } 位同事
visibility-seen-then = 这样一来，{ $viewer }看得到 { $total } 位同事，今天是 { $today } 位
visibility-same = 和今天一样，没有人出现或消失。
visibility-vanishes = { $n ->
    [0] 会消失的部门
   *[other] 会消失 { $n } 人
}
visibility-appears = { $n ->
    [0] 会出现的部门
   *[other] 会出现 { $n } 人
}
visibility-departments = 部门：
visibility-more-people = 还有 { $n } 人
visibility-more-departments = 还有 { $n } 个部门没有列出。
visibility-tree-seen = 看得到的部门（{ $n }）

visibility-explain-title = 为什么看不到
visibility-explain-lede = 选两个人，逐条说明一个看不看得到另一个，是因为哪条规则。
visibility-explain-empty = 先选两位成员。
visibility-answer = 答案
visibility-sees = { $viewer }看得到{ $target }
visibility-sees-not = { $viewer }看不到{ $target }
visibility-status-not_activated = { $target }还没有登录过。通讯录里有这位同事，申请会等到对方登录。
visibility-status-disabled = { $target }已停用，谁都找不到，不管规则怎么写。
visibility-status-left = { $target }已离职，谁都找不到，不管规则怎么写。
visibility-member-active = 在职
visibility-member-not_activated = 还没登录过
visibility-member-disabled = 已停用
visibility-member-left = 已离职

visibility-outcome-shows = 看得到
visibility-outcome-hides = 挡住
visibility-outcome-spares = 例外
visibility-why-himself = 这是同一个人，自己总看得到自己。
visibility-why-granted = 有单独许可，不管规则怎么写都看得到。
visibility-why-grant_expired = 有过单独许可，已经到期。
visibility-why-not_granted = 没有单独许可。
visibility-why-leads = { $viewer }是“{ $department }”的负责人，看得到下面所有人。
visibility-why-does_not_lead = { $viewer }不是{ $target }的上级负责人。
visibility-why-member_hidden = { $target }被单独隐藏，{ $viewer }不在例外里。
visibility-why-member_not_hidden = { $target }没有被单独隐藏。
visibility-why-department_hidden = { $target }所在的“{ $department }”被隐藏，{ $viewer }既不在里面，也不在例外里。
visibility-why-departments_not_hidden = { $target }所在的部门没有被隐藏。
visibility-why-no_department = { $target }不在任何部门里，所以没有人看得到。
visibility-why-insider = { $viewer }自己就在被隐藏的部门里，互相看得到。
visibility-why-exception = { $viewer }在隐藏的例外里，照常看得到。
visibility-why-exception-limit = { $viewer }在限制的例外里，这条限制对他不起作用。
visibility-why-inside_limit = { $viewer }只看得到一定范围，{ $target }在范围以内。
visibility-why-outside_limit = { $viewer }只看得到一定范围，{ $target }在范围以外。
visibility-why-not_limited = { $viewer }能看到的范围没有被限制。
visibility-why-free = 没有规则挡在他们之间。

visibility-grants-title = { $n ->
    [0] 没有单独许可
   *[other] { $n } 条单独许可
}
visibility-grants-lede = 让一个人或一个部门看到本来看不到的人。有期限的到期自动收回。
visibility-grants-none = 没有单独许可
visibility-grants-none-text = 回答“找人求助”时开放的，也会出现在这里。
visibility-grant = { $viewer }看得到{ $target }
visibility-people-of-department = “{ $name }”的成员
visibility-people-of-member = { $name }
visibility-until = { $time } 到期
visibility-for-good = 长期有效
visibility-no-end = 没有期限
visibility-revoke = 收回
visibility-revoke-named = 收回许可：{ $grant }
visibility-grant-add = 加一条许可
visibility-grant-save = 保存许可
visibility-grant-saved = 许可已保存，立刻生效。
visibility-grant-deleted = 许可已收回。
visibility-grant-who = 让谁
visibility-grant-who-hint = 一位成员，或者一个部门的所有人。
visibility-grant-whom = 看到谁
visibility-grant-whom-hint = 一位成员，或者一个部门的所有人。
visibility-days = 多久
visibility-days-hint = 到期自动收回，不用记着。

error-rule_limit = 规则最多 200 条。先删掉不用的。
error-grant_limit = 单独许可最多 2,000 条。先收回不用的。
error-not_found-rule = 这条规则已经不在了。
error-not_found-grant = 这条许可已经收回或到期了。
field-subject-required = 选一个部门或一位成员。
field-listed-required = 至少列出一个部门或成员。
field-who-required = 选一位成员或一个部门。
field-whom-required = 选一位成员或一个部门。
field-unknown_subject = 其中有已经不在的部门或成员，请去掉再保存。
