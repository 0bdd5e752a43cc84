profile-card = Your card, as colleagues see it
profile-card-text = An administrator of your company can change what is on it.
profile-alias = Alias
profile-departments = Departments
profile-extension = Extension
profile-employee-no = Employee number
profile-email = E-mail
profile-mobile = Mobile number
profile-mobile-colleagues = seen by all colleagues who can see you
profile-mobile-contacts = seen by your contacts only
profile-mobile-nobody = not seen by colleagues
profile-display = Language and appearance
profile-display-text = They follow you, not the device.
profile-companies = Companies
profile-company-here = current
profile-company-switch = Switch
profile-company-switch-to = Switch to { $name }
profile-sessions = Signed-in devices
profile-sessions-text = Addresses are kept in part only. End what you do not know.
profile-device-unknown = Unknown device
profile-this-device = this device
profile-seen = Used { $time }
profile-until = Ends { $date }
profile-end = End
profile-end-of = End the session on { $device }
profile-end-others = End all others
profile-end-others-ask = All devices but this one will have to sign in again.
profile-session-ended = That device is signed out
profile-sessions-ended = { $n ->
    [0] There were no others
    [one] One other session ended
   *[other] { $n } other sessions ended
}
profile-sign-out = Sign out
profile-alone = You belong to no company yet
profile-alone-text = { $name }, no company has the number { $mobile }. Ask an administrator to enter it, then sign in again.
