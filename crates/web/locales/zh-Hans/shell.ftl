# 语言在自己文字里的名字
language-name = 简体中文

product = guanxi 关系
product-name = 关系

nav-skip = 跳到正文
nav-main = 主导航
nav-bottom = 底部导航
nav-more = 更多
nav-more-pages = 更多页面
nav-manage = 管理
nav-search = 搜索同事
nav-home = 首页
nav-directory = 通讯录
nav-requests = 申请
nav-contacts = 好友
nav-codes = 我的二维码
nav-scan = 扫一扫
nav-all-codes = 全部二维码
nav-all-customers = 全部客户
nav-profile = 我的资料
nav-people = 成员
nav-departments = 部门
nav-visibility = 可见范围
nav-find-asks = 找人求助
nav-policies = 规则
nav-webhooks = Webhook
nav-audit = 审计
nav-settings = 企业设置
nav-waiting = { $n } 件等着

action-save = 保存
action-cancel = 取消
action-close = 关闭
action-undo = 撤销
action-search = 搜索
action-edit = 修改
action-delete = 删除
action-export = 导出
action-copy = 复制
action-copied = 已复制
action-reload = 重新加载
action-not-now = 先不

form-optional = 选填
form-fix = { $n ->
   *[other] 有 { $n } 处要改，改好再提交。
}
form-left = 还可写 { $n } 字

list-select-all = 全选
list-selected = 已选 { $n } 项
list-pages = 分页
list-previous = 上一页
list-next = 下一页
list-range = 第 { $from }–{ $to } 条，共 { $total } 条
list-range-open = 第 { $from }–{ $to } 条

shell-offline = 网络断了。你写的还在，恢复后再按一次。
shell-failed = 没有完成。服务器没有给出答复，再试一次。

theme = 外观
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
language = 语言


gate-scene = 关系
gate-promise-1 = 谁来找，谁来接，
gate-promise-2 = 为什么是她，
gate-promise-3 = 都说得清。

error-home = 回首页
error-reference = 报告问题时请附上编号 { $id }
form-required = 必填
