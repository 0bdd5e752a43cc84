department-people = { $n ->
    [one] { $n } member
   *[other] { $n } members
}
department-open-people = Show members
department-below = Departments below
department-below-count = { $n ->
    [0] None below
    [one] { $n } below
   *[other] { $n } below
}
department-none-below = Add the first one here.
department-new = Name of a new department
department-add = Add
department-created = Added { $name }
department-edit = Name and place
department-name = Name
department-parent = Below
department-root = This is the whole company; its name is changed in the company's settings.
department-saved = Saved { $name }
department-leaders = Leaders
department-no-leader = Nobody leads it yet. Name a leader in the member's details.
department-up = Move { $name } up
department-down = Move { $name } down
department-delete-ask = Delete { $name }?
department-delete-then = Only a department without members, without others below, and named in no rule and no role can go. Records of those who left move up. This cannot be undone.
department-deleted = Deleted { $name }
department-is-first = It is the first already.
department-is-last = It is the last already.
department-name-required = Fill in the name of the department.
department-delete-full = { $name } cannot be deleted yet
department-delete-first = Move these first:
department-delete-members = { $n ->
    [one] { $n } member
   *[other] { $n } members
}
