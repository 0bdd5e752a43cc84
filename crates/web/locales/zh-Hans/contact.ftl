contact-blocks = 屏蔽名单
