# 没有企业账号的个人
own-title = 我的联系人
own-who = { $name }，{ $mobile }
own-contacts = 联系人
own-contacts-none = 还没有联系人。扫一扫别人的码，就会出现在这里。
own-requests = 等对方确认
own-end = 解除
own-end-of = 与{ $name }解除联系
own-end-title = 与{ $name }解除联系？
own-end-text = 对方以后不能再联系你。想恢复时，再扫一次码。
own-data = 我的数据
own-data-text = 带走一份，或者全部删除。
own-export = 导出
own-delete = 删除我的数据
own-delete-title = 删除全部个人数据？
own-delete-text = 联系人会解除，申请会撤回，所有设备会退出，姓名和手机号会清除。不能恢复。
own-sessions = 语言、外观和登录的设备
