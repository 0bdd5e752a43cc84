time-just-now = 刚刚
time-minutes-ago = { $n } 分钟前
time-hours-ago = { $n } 小时前
time-yesterday = 昨天 { $time }

time-days = { $n } 天
time-hours = { $n } 小时
time-minutes = { $n } 分钟
time-seconds = { $n } 秒

# 日期的写法，符号见 strftime
time-format-clock = %H:%M
time-format-second = %H:%M:%S
time-format-day = %-m 月 %-d 日
time-format-date = %Y 年 %-m 月 %-d 日
time-day-weekday = { $date } { $weekday }
time-weekday-1 = 周一
time-weekday-2 = 周二
time-weekday-3 = 周三
time-weekday-4 = 周四
time-weekday-5 = 周五
time-weekday-6 = 周六
time-weekday-7 = 周日
time-today = 今天
