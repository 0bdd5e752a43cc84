time-just-now = just now
time-minutes-ago = { $n ->
    [one] { $n } minute ago
   *[other] { $n } minutes ago
}
time-hours-ago = { $n ->
    [one] { $n } hour ago
   *[other] { $n } hours ago
}
time-yesterday = yesterday { $time }

time-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
time-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
time-minutes = { $n } min
time-seconds = { $n } s

# How dates are written; signs as in strftime
time-format-clock = %H:%M
time-format-day = %-d %b
time-format-date = %-d %b %Y
time-day-weekday = { $weekday } { $date }
time-weekday-1 = Monday
time-weekday-2 = Tuesday
time-weekday-3 = Wednesday
time-weekday-4 = Thursday
time-weekday-5 = Friday
time-weekday-6 = Saturday
time-weekday-7 = Sunday
time-format-second = %H:%M:%S
time-today = Today
