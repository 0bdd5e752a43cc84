# Alerts of live codes
alert-title = What needs attention
alert-lede = Opened and closed by the server; each line stands here as long as its reason does.
alert-open = Open
alert-past = Past
alert-none = All is well
alert-none-text = Once a live code needs somebody, it stands here and on the home page.
alert-none-past = Nothing yet
alert-none-past-text = What is over is kept here for 90 days.
alert-more = { $n ->
    [one] 1 more
   *[other] { $n } more
}
alert-all = Alerts
alert-no-members = Nobody with an active account is behind “{ $code }”.
alert-nobody-free = { $n ->
    [one] Nobody behind “{ $code }” can receive customers, although 1 member is on duty.
   *[other] Nobody behind “{ $code }” can receive customers, although { $n } members are on duty.
}
alert-nearly-full = “{ $code }” is nearly at its caps: { $n } of { $whole } customers today.
alert-lined-up = { $n ->
    [one] 1 visitor of “{ $code }” has left a number and waits.
   *[other] { $n } visitors of “{ $code }” have left a number and wait.
}
alert-overdue = { $n ->
    [one] 1 customer of “{ $code }” waits for an answer that is late or nearly so.
   *[other] { $n } customers of “{ $code }” wait for answers that are late or nearly so.
}
alert-promises-broken = “{ $code }”: { $n } of { $whole } promised answers in an hour came too late.
alert-do-no-members = Add members
alert-do-nobody-free = Look at caps and hours
alert-do-nearly-full = Raise caps or add members
alert-do-lined-up = Add members or hours
alert-do-overdue = Look who waits
alert-do-promises-broken = Look at the members
alert-calm = better since; closes by itself
alert-seen = Seen, I look after it
alert-seen-by = seen by { $name }
alert-seen-done = Noted: you look after it.
alert-lasted = lasted { $time }
