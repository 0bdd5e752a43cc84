# 头像
avatar-title = 头像
avatar-lede = 能看到你的同事，会在通讯录、申请和好友里看到它。
avatar-lede-of = 能看到{ $name }的同事，会在通讯录、申请和好友里看到它。
avatar-choose = 选一张图片
avatar-hint = PNG、JPEG 或 WebP，不超过 12 MB，短边至少 48 像素。会取中间裁成正方形，缩到 128 像素；原图不保留。
avatar-put = 用这张
avatar-change = 换成这张
avatar-remove = 不用头像
avatar-edit = 换头像
avatar-add = 加头像
avatar-saved = 头像已更新
avatar-removed = 已取下头像
avatar-restored = 头像已恢复
field-picture-required = 先选一张图片。
field-no_picture = 这不是能识别的图片。请用 PNG、JPEG 或 WebP。
field-picture_too_large = 图片太大，请缩小后再传。
field-picture_too_small = 图片太小，短边至少要 48 像素。
