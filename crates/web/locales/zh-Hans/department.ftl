department-people = { $n } 位在职成员
department-open-people = 看成员
department-below = 下级部门
department-below-count = { $n ->
    [0] 没有下级部门
   *[other] { $n } 个下级部门
}
department-none-below = 在下面添加第一个。
department-new = 新部门的名称
department-add = 添加
department-created = 已添加{ $name }
department-edit = 名称与位置
department-name = 名称
department-parent = 上级部门
department-root = 这是整个企业，名称在企业设置里改。
department-saved = 已保存{ $name }
department-leaders = 负责人
department-no-leader = 还没有负责人。在成员的资料里指定。
department-up = 把{ $name }往前移
department-down = 把{ $name }往后移
department-delete-ask = 删除{ $name }？
department-delete-then = 只能删除没有成员、没有下级，也没有规则或角色用到的部门。已离职成员的记录归到上级部门。删除后不能恢复。
department-deleted = 已删除{ $name }
department-is-first = 已经排在最前面。
department-is-last = 已经排在最后面。
department-name-required = 请填写部门名称。
department-delete-full = 现在还不能删除{ $name }
department-delete-first = 先把这些移到别处：
department-delete-members = { $n } 位成员
