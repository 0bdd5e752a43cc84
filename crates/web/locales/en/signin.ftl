signin-title = Sign in
signin-lede = Use the number your company has on file. No password.
signin-mobile = Mobile number
signin-mobile-hint = Outside mainland China begin with the country code, such as +44 7400 123456.
signin-send = Get a code
signin-first = First time? The number your company has on file takes you straight to your department. No message? Ask an administrator to check your number.
signin-code-title = Enter the code
signin-sent-to = If your company knows the number, a code is on its way to
signin-other-number = Use another number
signin-code = 6-digit code
signin-code-hint = Good for 5 minutes, and once.
signin-keep = Stay signed in on this device for 30 days
signin-go = Sign in
signin-digits = A code has 6 digits.
signin-wrong = { $n ->
    [one] Wrong code. One try left; look at the latest message.
   *[other] Wrong code. { $n } tries left; look at the latest message.
}
signin-over = This code no longer counts. Get a new one.
signin-wait = No message? Ask again in { $n } s.
signin-missing = No message?
signin-again = Send again
signin-limit-code_daily_limit = No more codes for this number today. Try again in { $after }.
signin-limit-codes_from_here = Too many codes asked for from this network. Try again in { $after }.
signin-limit-guesses_from_here = Too many wrong codes from this network. Try again in { $after }.
signin-demo = Try it as somebody
signin-demo-text = This is a demo. The people are made up, and the next page shows the code.
signin-demo-try = Try
signin-demo-as = Try as { $name }
signin-demo-code = The demo sends no messages: the code { $code } is filled in.
signin-company-title = Which company?
signin-company-lede = You have accounts in several. You can switch later, under My profile.
signin-company-go = Enter
signin-company-as = Enter { $name }
signin-demo-more = { $n } more
signin-demo-code-is = The demo sends no messages. The code is { $code }.
