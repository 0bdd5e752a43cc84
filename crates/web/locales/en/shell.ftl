# The language's name in its own words
language-name = English

product = guanxi 关系
product-name = guanxi

nav-skip = Skip to content
nav-main = Main
nav-bottom = Bottom
nav-more = More
nav-more-pages = More pages
nav-manage = Manage
nav-search = Search colleagues
nav-home = Home
nav-directory = Directory
nav-requests = Requests
nav-contacts = Contacts
nav-codes = My codes
nav-scan = Scan
nav-all-codes = All codes
nav-all-customers = All customers
nav-profile = My profile
nav-people = People
nav-departments = Departments
nav-visibility = Visibility
nav-find-asks = Find requests
nav-policies = Policies
nav-webhooks = Webhooks
nav-audit = Audit
nav-settings = Company
nav-waiting = { $n } waiting

action-save = Save
action-cancel = Cancel
action-close = Close
action-undo = Undo
action-search = Search
action-edit = Change
action-delete = Delete
action-export = Export
action-copy = Copy
action-copied = Copied
action-reload = Reload
action-not-now = Not now

form-optional = Optional
form-fix = { $n ->
    [one] One thing to correct before this can be saved.
   *[other] { $n } things to correct before this can be saved.
}
form-left = { $n ->
    [one] { $n } character left
   *[other] { $n } characters left
}

list-select-all = Select all
list-selected = { $n } selected
list-pages = Pages
list-previous = Previous
list-next = Next
list-range = { $from }–{ $to } of { $total }
list-range-open = { $from }–{ $to }

shell-offline = The network is down. What you wrote is still here; try again when it is back.
shell-failed = Not done. The server did not answer; try again.

theme = Appearance
theme-system = As the system
theme-light = Light
theme-dark = Dark
language = Language


gate-scene = guanxi
gate-promise-1 = Who asks, who answers,
gate-promise-2 = and why her:
gate-promise-3 = always on record.

error-home = Go to home
error-reference = Quote { $id } when you report this
form-required = Required
