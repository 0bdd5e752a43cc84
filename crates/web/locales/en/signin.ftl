signin-title = Sign in
signin-mobile = Mobile number
signin-send = Get a code
signin-code-title = Enter the code
signin-code = 6-digit code
signin-keep = Stay signed in on this device for 30 days
signin-go = Sign in
signin-wrong = { $n ->
    [one] Wrong code. One try left; look at the latest message.
   *[other] Wrong code. { $n } tries left; look at the latest message.
}
signin-over = This code no longer counts. Get a new one.
