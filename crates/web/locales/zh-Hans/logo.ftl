# 企业标志
logo-title = 企业标志
logo-lede = 客户扫码看到的名片和海报上会有它。
logo-in-codes = 二维码中间也会有。
logo-alt = { $name }的标志
logo-choose = 选一张图片
logo-hint = PNG、JPEG 或 WebP，不超过 12 MB，短边至少 48 像素。会放进 256 像素的白底方框；原图不保留。
logo-put = 用这张
logo-change = 换成这张
logo-remove = 不用标志
logo-saved = 标志已更新
logo-removed = 已取下标志
logo-restored = 标志已恢复
