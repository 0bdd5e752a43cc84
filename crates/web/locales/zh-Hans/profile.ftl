profile-card = 同事看到的名片
profile-card-text = 要改名片上的内容，请找企业的管理员。
profile-alias = 别名
profile-departments = 部门
profile-extension = 分机
profile-employee-no = 工号
profile-email = 邮箱
profile-mobile = 手机号
profile-mobile-colleagues = 能看到你的同事都看得到
profile-mobile-contacts = 只有好友看得到
profile-mobile-nobody = 同事看不到
profile-display = 语言和外观
profile-display-text = 跟着你，不跟着设备：在别处登录也是这样。
profile-companies = 企业
profile-company-here = 当前
profile-company-switch = 切换
profile-company-switch-to = 切换到{ $name }
profile-sessions = 已登录的设备
profile-sessions-text = 地址只记前一段。有不认识的设备，就让它退出登录。
profile-device-unknown = 未知设备
profile-this-device = 这台设备
profile-seen = { $time }用过
profile-until = { $date } 到期
profile-end = 结束
profile-end-of = 结束在{ $device }上的登录
profile-end-others = 结束其他登录
profile-end-others-ask = 除了这台设备，其他设备都要重新登录。
profile-session-ended = 已结束那台设备的登录
profile-sessions-ended = { $n ->
    [0] 没有其他登录
   *[other] 已结束其他 { $n } 个登录
}
profile-sign-out = 退出登录
profile-alone = 你还不属于任何企业
profile-alone-text = { $name }，号码 { $mobile } 不在任何企业的通讯录里。请管理员把它加进去，然后重新登录。
