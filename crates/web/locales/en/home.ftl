home-title = { $n ->
    [0] Nothing waits for you
    [one] One thing waits for you
   *[other] { $n } things wait for you
}
home-waiting = Waiting for you
home-empty = All done
home-empty-text = New contact requests appear here by themselves.
home-asks = { $n ->
    [one] One colleague cannot find somebody
   *[other] { $n } colleagues cannot find somebody
}
home-asks-text = They did not find them in the directory and wait for an administrator.
home-asks-go = Answer
home-more = { $n ->
    [one] One more request
   *[other] { $n } more requests
}
home-day = My day
home-sent = { $n ->
    [one] { $n } request sent
   *[other] { $n } requests sent
}
home-limit = {" "}of { $n }
home-recent = Latest contacts
home-contacts = { $n ->
    [one] The only one
   *[other] All { $n }
}
home-recent-none = No contacts yet. Send a first request from the directory.
home-webhooks = { $n ->
    [one] An endpoint was switched off
   *[other] { $n } endpoints were switched off
}
home-webhooks-text = It no longer takes messages of your company.
home-webhooks-go = Look
home-alerts = { $n ->
    [one] 1 alert of a live code
   *[other] { $n } alerts of live codes
}
home-alerts-text = Customers may find nobody, or wait longer than promised.
home-alerts-go = Look
