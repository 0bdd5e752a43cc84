people-title = { $n ->
    [0] 没有符合的成员
   *[other] { $n } 位成员
}
people-count = { $n ->
    [0] 没有符合的成员
   *[other] 共 { $n } 位，按账号排列
}
people-new = 添加成员
people-states = 按状态看
people-search = 搜索成员
people-search-hint = 姓名、别名、账号、手机号、邮箱、工号
people-department = 部门
people-all-departments = 所有部门
people-member = 成员
people-pick = 选择
people-others = 等 { $n } 个其他部门
people-export = 导出
people-file = 成员
people-none = 没有符合的成员
people-none-hint = 换一个部门、状态或关键词再看。
people-show-all = 看全部成员
people-pick-first = 先选中成员，再选要做的事。
people-custom-pair = { $key }：{ $value }
people-list-joint = 、

people-status-all = 全部
people-status-active = 已激活
people-status-not_activated = 未激活
people-status-disabled = 已停用
people-status-left = 已离职

people-column-userid = 账号
people-column-name = 姓名
people-column-alias = 别名
people-column-mobile = 手机号
people-column-email = 邮箱
people-column-position = 职位
people-column-extension = 分机
people-column-employee_no = 工号
people-column-departments = 部门
people-column-leads = 负责的部门
people-column-status = 状态
people-column-custom = 其他字段

people-edit-of = 修改{ $name }的资料
people-userid-proposed = 留空就按姓名的拼音来起。定下后尽量不改。
people-userid-hint = 其他系统用它认人，尽量不改。
people-mobile-hint = 用它登录，任何写法都可以。手机号和邮箱至少填一个。
people-mobile-person = 换号后会立刻退出登录，要用新号码重新登录。
people-email-hint = 在企业内不能和别人重复。
people-departments-hint = 至少选一个。排在主部门的那一个显示在名片上。顺序数字大的排在前面。
people-department-n = 第 { $n } 个部门
people-no-department = 不选
people-main = 主部门
people-leads = 负责人
people-order = 顺序
people-order-number = 顺序要填整数。
people-more-department = 再加一个部门
people-custom-hint = 企业自己的字段，例如“入职日期”。
people-custom-key = 名称
people-custom-value = 内容
people-custom-key-n = 第 { $n } 个字段的名称
people-custom-value-n = 第 { $n } 个字段的内容
people-more-custom = 加一个字段
people-created = 已添加{ $name }
people-saved = 已保存{ $name }的资料
people-changed-meanwhile = 你打开这一页之后，有人改过这位成员。没有保存。

people-facts = 资料
people-created-at = 添加于
people-left-at = 离职于
people-access = 登录与权限
people-sessions = { $n ->
    [0] 现在没有登录
   *[other] 现在有 { $n } 处登录
}
people-no-role = 没有管理角色
people-roles-edit = 修改角色
people-preview = 看这位成员能看到谁
people-is-me = 这是你自己。停用或离职要由另一位管理员操作。
people-read-only = 你可以查看，不能修改：这位成员有部门不在你管理的范围内，或者权限比你大。

people-act-move = 移到部门
people-act-disable = 停用
people-act-leave = 标为离职
people-act-reactivate = 恢复
people-ask-disable = 停用{ $name }？
people-ask-leave = { $name }离职了？
people-ask-reactivate = 恢复{ $name }？
people-then-disable = 停用后不能登录，同事也找不到。好友关系保留。
people-then-leave = 离职后不能登录，同事也找不到。好友关系和记录保留。
people-then-reactivate = 恢复后可以用原来的手机号登录，同事又能找到。
people-then-sessions = 现在的 { $n } 处登录会立刻退出。
people-then-roles = { $n } 个管理角色会被收回。
people-then-requests = 还没处理的好友申请会结束。
people-then-undo = 之后可以恢复，角色也能一并还给他；结束的申请不会回来。
people-then-many = 登录会立刻退出，管理角色会被收回，还没处理的好友申请会结束。
people-did-disable = 已停用{ $name }
people-did-leave = 已把{ $name }标为离职
people-did-reactivate = 已恢复{ $name }

people-batch-move = 移动这 { $n } 位成员
people-batch-disable = 停用这 { $n } 位成员？
people-batch-leave = 这 { $n } 位成员离职了？
people-batch-reactivate = 恢复这 { $n } 位成员？
people-batched-move = 已移动 { $n } 位成员
people-batched-disable = 已停用 { $n } 位成员
people-batched-leave = 已把 { $n } 位成员标为离职
people-batched-reactivate = 已恢复 { $n } 位成员
people-batch-failed = 另有 { $n } 位没有改，原因写在名字下面。
people-batch-undo = 撤销这 { $n } 位的改动
people-batch-back = 回到成员列表
people-done = 完成
people-not-done = 没有改
people-guard = 一次涉及 { $n } 位，超过了企业设定的上限，所以还没有执行。核对下面的名单再确认。
people-guard-confirm = 我核对过名单，确定对这 { $n } 位执行
people-move-to = 移到
people-move-from = 从哪里移出
people-move-all = 所有部门
people-move-all-hint = 移动后只属于新的部门。
people-move-one = 只从{ $name }移出
people-move-one-hint = 其他部门保留。不直接在这个部门的成员不会移动。

people-history = 变更记录
people-history-all = 在审计中看
people-history-none = 还没有记录。
people-choose-department = 选择部门
people-changed-field = { $field }：{ $before } → { $after }
people-empty = 空

people-pick-matching = 全部 { $n } 位（不只这一页）
people-too-many = 符合的有 { $n } 位，一次最多 5,000 位。先用部门、状态或关键词缩小范围。
people-batch-more = 另外还有 { $n } 位
people-batch-works = 正在处理，已完成 { $n } 位
people-batch-works-text = 可以离开这一页，处理会继续；结果保留 30 天。
people-batch-progress = 进度
people-batch-taken = 已处理 { $taken } / { $total } 位
people-batch-stale = 处理停了，可能是服务器重新启动过。已经完成的不受影响。
people-batch-go-on = 继续处理
people-batch-undone = 这次操作已经撤销。
people-batch-undo-text = 24 小时内可以撤销，每一位回到原来的地方；之后又有人改过的不会动。
people-batch-undo-roles = 如果你能授予角色，停用时收回的角色也会还给他们。
people-batch-results = 每一位的结果
people-batched-undo = 已撤销 { $n } 位
error-matches_changed = 你打开这一页之后，符合条件的人数变了，所以还没有执行。请核对新的人数再提交。
error-bulk_past = 这次操作已经撤销过，或者超过了 24 小时，不能再撤销。

people-taken = { $n ->
   *[other] 停用或离职时收回了 { $n } 个角色：
}
people-taken-give = 一并还给他
people-taken-others = 要把角色还给他，请能授予角色的管理员在“修改角色”里设。
people-taken-before = 停用前的角色
