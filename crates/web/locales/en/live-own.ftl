# What a member sees of live codes himself
own-live = My live codes
own-live-lede = Customers who scan a live code are given to its members in turn. Here you see where you stand.
own-live-on = You receive customers.
own-live-off = You receive nobody.
own-live-off-until = You receive nobody until { $at }.
own-live-switch-on = Receive customers again
own-live-switch-off = Receive nobody for a while
own-live-for = For how long
own-live-hour = One hour
own-live-today = For the rest of today
own-live-open = Until I switch myself on
own-live-until = Until a moment
own-live-until-hint = In the time of your company.
own-live-none = You stand in no live code
own-live-none-text = Those who look after channels put members into live codes.
own-live-share = Share { $weight }
own-live-today-count = { $n } today
own-live-cap = at most { $n }
own-live-open-count = { $n ->
    [one] One conversation open
   *[other] { $n } conversations open
}
own-live-turn = In turn
own-live-why-closed = The code serves nobody now
own-live-why-off = You are off
own-live-why-off_duty = Not your hours
own-live-why-full = Full for today
own-live-why-no_share = Share 0
own-live-back = back { $at }
own-live-ledger = My ledger
own-live-ledger-none = No turns have been given or taken.
own-live-turns = { $n ->
    [one] one turn
   *[other] { $n } turns
}
own-live-is-off = You receive nobody now.
own-live-is-on = You receive customers again.
