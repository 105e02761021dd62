//! Every text of the host's own pages, by key, in both languages. What a plugin says comes from the plugin.

macro_rules! texts {
    ($($key:ident: $zh:literal / $en:literal;)*) => {
        /// The host's own texts in one language.
        #[cfg_attr(not(feature = "openid"), allow(dead_code, reason = "its pages are not built"))]
        pub(crate) struct Words {
            $(pub(crate) $key: &'static str,)*
        }

        static CHINESE: Words = Words { $($key: $zh,)* };
        static ENGLISH: Words = Words { $($key: $en,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $zh, $en),)*];

        /// The texts of a language.
        pub(crate) fn words(language: $crate::api::language::Language) -> &'static Words {
            match language {
                $crate::api::language::Language::Chinese => &CHINESE,
                $crate::api::language::Language::English => &ENGLISH,
            }
        }

        #[cfg(test)]
        #[test]
        fn every_key_has_both_languages() {
            $crate::console::text::compare(ALL);
        }
    };
}

pub(crate) use texts;

texts! {
    product: "雪亮+" / "Xueliang+";
    other_language: "English" / "中文";
    menu: "菜单" / "Menu";
    compliance: "合规" / "Compliance";
    administration: "管理" / "Manage";
    skip: "跳到正文" / "Skip to content";
    footer: "雪亮+ · 县域视觉物联中枢" / "Xueliang+ · the county's camera hub";
    public_footer: "本页由县级中枢生成。只统计查看次数，不记录查看者和提交者。" / "Drawn by the county's hub. Views are counted; neither viewers nor senders are recorded.";

    sign_in: "登录" / "Sign in";
    sign_out: "退出" / "Sign out";
    sign_in_hint: "首次启动时显示的一次性密码只能使用一次，登录后请设置自己的密码。" / "The one-time password that the first start showed works once: set one of your own with it.";
    user_name: "用户名" / "User name";
    second_factor_code: "动态验证码（如已启用）" / "Code of the second factor (where there is one)";
    wrong_sign_in: "用户名、密码或验证码不正确。" / "User name, password or code is wrong.";
    wrong_code: "验证码不正确，或已经用过。" / "The code is wrong, or was used already.";
    openid_done: "已登录" / "Signed in";
    openid_go_on: "继续" / "Go on";
    openid_code_hint: "身份已确认。请输入本系统的动态验证码。" / "The provider knows you. Enter the code of your second factor here.";
    openid_unlinked: "此身份没有可登录的账号" / "No account that may sign in is linked to this identity";
    openid_unlinked_text: "身份已由统一身份认证确认，但没有关联可登录的账号。账号不会自动建立：请把下面的内容告诉管理员，由管理员填入您的用户名后执行。" / "The provider knows you, but no account that may sign in is linked to you. None is made by itself: tell an administrator what stands below, who runs it with your user name.";
    openid_subject: "身份标识" / "Identity";
    openid_issuer: "认证方" / "Provider";
    openid_name: "用户名" / "NAME";
    openid_linked: "统一身份认证" / "Single sign-on";
    sign_in_by_key: "用接口密钥登录" / "Sign in with an API key";
    sign_in_by_key_hint: "首次启动时的密钥保存在数据目录的 admin-token 文件中。" / "The key of the first start stands in the file admin-token of the data folder.";
    told_to_everybody: "摄像机用途公开、个人信息请求与投诉" / "What the cameras are used for, requests and complaints";
    token: "接口密钥" / "API key";
    wrong_token: "密钥不正确。" / "This is not a key.";
    too_many_tries: "尝试次数过多，请稍后再试。" / "Too many tries. Come again in a while.";

    overview: "总览" / "Overview";
    events: "事件" / "Events";
    event: "事件" / "Event";
    cases: "案卷" / "Cases";
    requests: "个人请求" / "Requests";
    fault_codes: "故障码" / "Fault codes";
    what_to_do: "怎么办" / "What to do";
    townships: "乡镇" / "Townships";
    township: "乡镇" / "Township";
    modules: "模块" / "Modules";
    modules_running: "运行中的模块" / "Modules running";
    cameras: "摄像机" / "Cameras";
    cameras_seen: "一小时内有上报的摄像机" / "Cameras seen in the last hour";
    all_cameras: "查看全部摄像机" / "All cameras";
    name: "名称" / "Name";
    waiting_room: "待接入" / "Waiting room";
    waiting_hint: "这些发布者还不属于任何摄像机。填写“乡镇代码/摄像机编号”即可接入；新摄像机还要填写名称和位置。" / "These publishers belong to no camera yet. Give township/camera to adopt one; a new camera needs a name and a place too.";
    waiting_forgotten: "因数量超限被遗忘：" / "Forgotten because there were too many:";
    nobody_waits: "没有等待接入的发布者。" / "Nobody waits.";
    waiting_new_name: "名称（仅新摄像机）" / "Name (of a new camera only)";
    messages: "消息数" / "Messages";
    adopt: "接入" / "Adopt";
    send_away: "移除" / "Send away";
    last_seen: "最近上报" / "Last seen";
    never: "从未" / "never";
    just_now: "刚刚" / "just now";
    minutes_ago: "分钟前" / "min ago";
    hours_ago: "小时前" / "h ago";
    newest_events: "最新事件" / "Newest events";
    all_events: "查看全部事件" / "All events";
    newest_refusals: "最新拒收" / "Newest refusals";
    no_modules: "还没有启用任何模块。" / "No module is enabled yet.";
    no_events: "还没有事件。" / "No events yet.";
    no_refusals: "没有拒收记录。" / "Nothing was refused.";
    no_cameras: "没有符合条件的摄像机。" / "No camera is like this.";

    running: "运行中" / "running";
    suspended: "已挂起" / "suspended";
    disabled: "已停用" / "disabled";
    suspended_because: "挂起原因：" / "Suspended because: ";
    last_failure: "最近一次故障：" / "Last failure: ";
    behind: "待处理" / "Behind";
    handled: "已处理" / "Handled";
    runs: "运行次数" / "Runs";
    failed_runs: "失败次数" / "Failed runs";
    cpu: "CPU 用时" / "CPU time";
    build: "版本" / "Build";
    version: "版本" / "Version";
    publisher: "发布者" / "Publisher";
    not_signed: "未签名（开发模式）" / "not signed (development)";
    not_trusted: "不可信，不运行" / "not trusted, does not run";
    installed_plugins: "已安装的插件" / "Installed plugins";
    installed_plugins_hint: "安装用 xueliang plugin install，在乡镇启用用 xueliang module enable。发布者由县里在配置中认定。" / "Installed with xueliang plugin install, enabled in a township with xueliang module enable. Publishers are pinned in the county's configuration.";
    installed_at: "安装时间" / "Installed at";
    no_plugins: "还没有安装任何插件。" / "No plugin is installed yet.";
    upgrade_waits: "等待批准的升级：" / "An upgrade waits for an approval: ";
    asks_for_more: "新版本比正在运行的版本多申请：" / "It asks for more than what runs:";
    comes_with: "批准后的权限：" / "Once approved:";
    asked_by: "申请人" / "Asked by";
    approve: "批准并升级" / "Approve and upgrade";
    refuse: "拒绝" / "Refuse";
    usage: "每日用量（近 30 天）" / "Used day by day, 30 days";
    no_usage: "近 30 天没有运行。" / "It has not run for 30 days.";
    pictures_handed: "图片" / "Pictures";
    cpu_ms: "CPU（毫秒）" / "CPU, ms";
    stored: "记录占用" / "Records";
    plugin: "插件" / "Plugin";
    enabled_at: "启用时间" / "Enabled at";
    cursor: "处理到" / "Handled up to";
    disable: "停用" / "Disable";
    resume: "恢复运行" / "Resume";
    roll_back: "回退到上一版本" / "Roll back to the build before";
    may_do: "被授予的权限" / "What it may see and do";
    may_no_cameras: "不可见任何摄像机" / "It sees no camera";
    may_all_cameras: "可见本乡镇全部摄像机" / "It sees all cameras of its township";
    may_these_cameras: "可见摄像机：" / "It sees the cameras: ";
    may_pictures: "图片级别：" / "Picture level: ";
    may_fetch: "可访问主机：" / "It may fetch from: ";
    may_plain: "，可用未加密的 http" / ", without encryption";
    may_private: "，可为内网地址" / ", at private addresses";
    may_credential: "，使用凭据：" / ", with the credential ";
    module_is_blind: "获准的摄像机都不服务于本模块的用途，模块看不到任何图像；请在摄像机登记中填写用途。" / "None of its cameras serves one of its purposes, so it is shown no picture: enter their purposes in the register of cameras.";
    may_purposes: "调阅用途：" / "Purposes: ";
    may_assessment: "影响评估编号：" / "Impact assessment: ";
    may_records_mib: "存储记录最多（MiB）：" / "Records stored, MiB, at most: ";
    may_events_per_day: "每日发布事件最多：" / "Events published a day, at most: ";
    records_kept_title: "记录保存期限" / "How long its records are kept";
    records_kept: "记录最后一次写入后的保存天数：" / "Records go so many days after they were written last: ";
    records_others_lasting: "其余记录由模块自行删除。" / "Other records stay until the module deletes them.";
    records_all_lasting: "记录由模块自行删除。" / "Its records stay until the module deletes them.";
    published: "发布事件" / "Events published";
    may_pictures_per_minute: "每分钟打开图片最多：" / "Pictures opened a minute, at most: ";
    may_fetches_per_minute: "每分钟网络请求最多：" / "Fetches a minute, at most: ";
    may_cpu_ms: "每次运行的处理器时间最多（毫秒）：" / "CPU time of a run, milliseconds, at most: ";
    may_links: "可公开其页面（公开链接）" / "It may open pages to the public by link";
    key_figures: "指标" / "Key figures";
    period: "时期" / "Period";
    period_hint: "2026、2026-11 或 2026-11-26" / "2026, 2026-11 or 2026-11-26";
    figure: "指标值" / "Value";
    numerator: "分子" / "Numerator";
    denominator: "分母" / "Denominator";
    no_data: "暂无数据" / "no data";
    no_figures: "这一时期没有模块上报指标。" / "No module reported figures for this period.";
    figures_text: "分子和分母逐级相加，不平均比率；乡镇自己上报的数字优先于各村之和。" / "Numerators and denominators are added up, rates never averaged; what a township reported itself counts before the sum of its villages.";
    as_csv: "下载 CSV" / "Download CSV";
    may_cases: "可上报案卷，由人员办理" / "It may open cases that people work on";
    may_no_links: "不可公开页面" / "It may not open pages to the public";
    level_none: "无" / "none";
    level_metric: "仅指标" / "figures only";
    level_masked: "遮挡后" / "masked";
    level_raw: "原图" / "as received";
    dead_letters: "死信" / "Dead letters";
    no_dead_letters: "没有死信。" / "No dead letters.";
    time: "时间" / "Time";
    tries: "次数" / "Tries";
    failure: "故障" / "Failure";
    retry: "重试" / "Retry";
    public_links: "公开链接" / "Public links";
    link: "链接" / "Link";
    page: "页面" / "Page";
    views: "查看次数" / "Views";
    revoked: "已关闭" / "closed";
    log: "日志" / "Log";
    search: "查找" / "Search";
    no_lines: "没有日志。" / "No lines.";

    audit_log: "审计日志" / "Audit log";
    audit_hint: "每次操作和每次调阅一行，前后用哈希相连，定期签名。查看本页也会记录。命令 xueliang audit verify 可检验是否被改动。" / "A row for each act and each look, each bound to the one before by its hash, and signed now and then. Opening this page is recorded too. The command xueliang audit verify tells whether anything was changed.";
    audit_part: "这里只有您所审计的乡镇的记录；账号、登录等属于整个枢纽的记录，由审计整个枢纽的人查看。" / "Only rows of the townships that you audit stand here; those of the hub as a whole, such as accounts and sign-ins, are read by who audits all of it.";
    no_audit_rows: "没有符合条件的记录。" / "No row is like this.";
    who: "操作人" / "Who";
    act: "操作" / "Act";
    act_object: "对象" / "To what";
    outcome: "结果" / "Outcome";
    day: "日期" / "Day";
    outcome_allowed: "已放行" / "let through";
    outcome_failed: "未完成" / "failed";
    outcome_refused: "已拒绝" / "refused";
    outcome_noted: "记录" / "noted";

    call_up_register: "调阅登记" / "Call-up register";
    call_up_hint: "谁在何时、因何用途和事由看过哪台摄像机（国务院令第799号第十六条）。每台摄像机每个模块每小时合并为一行。查看本页也会记录。" / "Who looked at which camera, when, for which purpose and why (State Council Order 799, article 16). Looks of a module are one row a camera and hour. Opening this page is recorded too.";
    no_looks: "没有符合条件的调阅。" / "No look is like this.";
    purpose: "用途" / "Purpose";
    look_reason: "事由" / "Reason";
    show_pictures: "查看图片" / "Show pictures";
    look_hint: "查看图片须写明用途和事由（至少 4 个字），每张图片登记一行。" / "Pictures are shown for a purpose and a reason of at least 4 characters; each picture is a row of the register.";

    exports: "图像调取" / "Exports";
    exports_hint: "图像调出须由一人申请、另一人批准。默认遮挡；图片上有编号、申请人和批准时间的水印，并附校验清单。到期后文件自动销毁，接收单位须确认销毁。" / "Pictures leave the hub only when one person asks and another agrees. They are masked by default, carry number, person and time of the approval, and come with a list of hashes. The file is deleted when its time is over, and whoever got it confirms that he destroyed his.";
    no_exports: "没有调取。" / "Nothing was given out.";
    ask_export: "申请调取" / "Ask for an export";
    export_scope: "调取范围" / "Scope";
    export_asked_by: "申请与审批" / "Asked and decided by";
    export_cameras: "摄像机编号，用逗号分隔" / "Ids of cameras with commas between";
    export_from: "起始时间（北京时间）" / "From (Beijing time)";
    export_to: "截止时间，不超过 24 小时" / "To, at most 24 hours later";
    export_level: "图像" / "Pictures";
    export_masked: "遮挡" / "masked";
    export_raw: "未遮挡（仅限公共安全）" / "without masks (public security only)";
    export_basis: "法律依据" / "Basis in law";
    export_recipient: "接收单位" / "Office that gets it";
    export_waiting: "待另一人批准" / "waits for somebody else";
    export_lapsed: "逾期未批" / "lapsed";
    export_refused: "不批准" / "refused";
    export_approved: "制作中" / "being made";
    export_ready: "可取件" / "ready";
    export_owed: "待确认销毁" / "destruction to be confirmed";
    export_closed: "已办结" / "closed";
    export_approve: "批准" / "Agree";
    export_refuse: "不批准" / "Refuse";
    export_fetch: "取件" / "Fetch";
    export_receipt: "接收单位销毁说明" / "How it was destroyed";
    export_confirm: "确认销毁" / "Confirm";
    holds: "依法留存" / "Holds";
    holds_hint: "留存期间，无论保存规则如何、模块如何操作，所列内容均不删除；到期或由人员解除后，按规则处理。每次留存和解除都会记入审计日志。" / "While a hold is in force nothing that it names is deleted, whatever rules and modules do. Placing and lifting are acts of the audit log.";
    no_holds: "没有留存。" / "Nothing is held.";
    held_versions: "模块已删除或改写、因留存而保留的记录份数（用 xueliang hold records 查看）" / "Records that modules deleted or replaced, kept by holds (read them with xueliang hold records)";
    place_hold: "新增留存" / "Place a hold";
    hold_scope: "留存范围" / "What is held";
    hold_everything: "全部内容" / "everything";
    hold_cameras: "摄像机编号，用逗号分隔；不填为全部" / "Ids of cameras with commas between; none: all";
    hold_kinds: "事件类型，如 camera.*；模块记录如 record.sanitation.*；不填为全部" / "Kinds such as camera.*, records such as record.sanitation.*; none: all";
    hold_from: "自此日起" / "From this day";
    hold_to: "至此日（含）" / "To this day (with it)";
    hold_document: "案件或文书编号" / "Case or document";
    hold_until: "留存至（含）；不填为人工解除" / "Holds until (with it); none: until lifted";
    hold_in_force: "生效" / "in force";
    hold_ended: "已到期" / "ended";
    hold_lifted: "已解除" / "lifted";
    hold_placed_by: "留存人" / "Placed by";
    lift: "解除" / "Lift";
    lift_reason: "解除事由（至少 4 个字）" / "Why, at least 4 characters";
    retention_runs: "到期清理记录" / "What retention removed";
    retention_hint: "按保存规则到期删除的事件、图片和模块记录，以及因留存而保留的数量。公共安全类摄像机的内容 30 日内任何人都不能删除。" / "Events, pictures and records of modules that were past their rule, and how many stayed because of a hold. Nobody can remove what is about a public-security camera within 30 days.";
    no_runs: "还没有删除过。" / "Nothing was removed yet.";
    rule: "保存规则" / "Rule";
    kept_days: "保存天数" / "Days kept";
    removed_events: "删除事件或记录" / "Events or records removed";
    removed_pictures: "删除图片" / "Pictures removed";
    left_held: "因留存保留" / "Left under a hold";
    received_between: "接收时间" / "Received";
    accounts: "账号" / "Accounts";
    accounts_hint: "谁可以登录、在哪里有什么角色。不能授予自己没有的角色，也不能更改自己；更改须先输入动态验证码。划入责任单位（单位@区划）的人只办理本单位及其下级单位的案卷；未划入任何单位的，办理所在区划全部单位的案卷。" / "Who may sign in, with which roles, where. Nobody gives more than he holds, and nobody changes himself; a change asks for a code of the second factor. Who was put into units (unit@place) handles the cases of these and of those below them; who was put into none handles those of all units of his places.";
    add_account: "新建账号" / "Add an account";
    account_title: "姓名与职务" / "Name and office";
    account_reach: "所属区划" / "Where it belongs";
    account_name_rule: "1 至 64 个字符：a-z、0-9、-、_，建立后不能更改。" / "1 to 64 of a-z, 0-9, - and _; given once for ever.";
    account_title_rule: "1 至 100 个字符。" / "1 to 100 characters.";
    reach_rule: "* 表示全县，或 2、4、6、9、12 位区划代码。" / "* for the whole hub, or a division code of 2, 4, 6, 9 or 12 digits.";
    roles_rule: "角色@区划，以空格分隔，例如 operator@371122102。角色：" / "role@place with spaces between, such as operator@371122102. Roles:";
    account_exists: "已有此用户名。" / "There is an account of this name.";
    account_enabled: "可登录" / "May sign in";
    account_has_password: "已设密码" / "has a password";
    account_no_password: "尚未设密码" / "has no password yet";
    account_has_factor: "已启用动态验证码" / "has a second factor";
    account_no_factor: "未启用动态验证码" / "has no second factor";
    set_roles: "更改角色" / "Set roles";
    units: "责任单位" / "Units";
    set_units: "更改责任单位" / "Set units";
    renew_password: "重置密码" / "Renew the password";
    disable_account: "停用" / "Disable";
    enable_account: "启用" / "Enable";
    password_shown_once: "一次性密码（只显示这一次，30 分钟内有效）：" / "One-time password, shown this once and good for 30 minutes:";
    enable_plugin: "在乡镇启用插件" / "Enable a plugin in a township";
    settings: "设置" / "Settings";
    grants: "授权" / "Grants";
    township_rule: "9 位乡镇代码。" / "The nine digits of a township.";
    only_these: "只限以下摄像机" / "Only these cameras";
    camera_ids_rule: "摄像机编号，以空格或换行分隔，至少一台。" / "Ids of cameras with spaces or line breaks between, at least one.";
    grant_purposes: "用途" / "Purposes";
    grant_purposes_hint: "以分号分隔；摄像机不服务于这些用途的，模块看不到其图像。" / "With ; between; of cameras that serve none of them it is shown no picture.";
    assessment: "影响评估编号" / "Number of the impact assessment";
    assessment_hint: "使用公共场所摄像机时必填。" / "Needed where it uses cameras of public places.";
    http_hosts: "可访问的主机" / "Hosts it may fetch from";
    http_rule: "每行一个：主机[:端口] [private] [plain] [credential=名称]。建议：" / "One in each line: host[:port] [private] [plain] [credential=name]. The plugin suggests:";
    quotas: "配额" / "Quotas";
    quotas_hint: "留空则按插件自身的上限。" / "Empty: the plugin's own limits hold.";
    quota_rule: "整数，最大 " / "A whole number, at most ";
    class_wishes: "类别更改" / "Classes";
    class_wishes_hint: "已确认的法律类别须由两人更改：一人提出，另一人批准，或作出同样的更改。申请 30 日后失效；提出人不能批准自己的申请。" / "A legal class that a person has said changes by two persons: one wants it, another one approves it or says the same. A wish lapses after 30 days; nobody approves his own.";
    no_class_wishes: "没有待第二人批准的类别更改。" / "No class waits for a second person.";
    class_waits: "等待第二人批准的类别：" / "Waits for a second person, to become:";
    class_reason: "更改已确认类别的理由" / "Why a class that was said becomes another one";
    class_reason_hint: "仅在更改已确认的法律类别时需要；须由第二人作出同样的更改或批准后生效。" / "Needed only where a class that a person has said becomes another one; a second person then says the same or approves it.";
    class_from: "现类别" / "Class now";
    class_to: "拟改为" / "Shall become";
    wanted_by: "提出人" / "Wanted by";
    lapses: "失效时间" / "Lapses";
    second_person: "须第二人同意的类别更改" / "Classes that need a second person";
    sign_since: "标识设置日期（非公共场所可不填）" / "Sign hangs since (not needed for a non-public place)";
    agree: "同意更改" / "Agree";
    class_why: "理由" / "Reason";
    own_wish: "由您提出，须由他人批准" / "Yours: somebody else approves it";
    duties: "待办义务" / "Duties";
    duties_hint: "公共安全类（C1）和其他公共场所（C2）摄像机须设置提示标识；C1 系统须在启用后 30 日内向公安机关备案，位置、单位或保存天数变更后 30 日内重新备案（国务院令第799号第十三、十四条）。在台账中填写后自动消除。" / "C1 and C2 cameras need a sign, C1 cameras a filing with the police within 30 days, and within 30 days of a change of place, owner or retention another one (State Council Order 799, articles 13 and 14). A duty goes when the register says that it is done.";
    no_duties: "没有待办义务。" / "Nothing is owed.";
    duty: "义务" / "Duty";
    duty_signage: "设置标识并登记日期" / "Hang a sign and enter its day";
    duty_filing: "向公安机关备案并登记编号和日期" / "File with the police, enter number and day";
    due: "期限" / "Due";
    overdue: "已逾期" / "overdue";

    kind: "类型" / "Kind";
    camera: "摄像机" / "Camera";
    caused_by: "起因" / "caused by";
    data: "数据" / "Data";
    older: "更早的" / "Older";

    place: "位置代码" / "Place";
    place_doubted: "不是当前有效的区划" / "no valid place today";
    places: "区划" / "Places";
    place_code: "区划代码" / "Code";
    place_hint: "名称、拼音或代码" / "Name, pinyin or code";
    on_day: "日期" / "On";
    below: "下级" / "Below";
    provinces: "省" / "Provinces";
    cities: "市" / "Cities";
    counties: "县" / "Counties";
    villages: "村（社区）" / "Villages and communities";
    places_found: "查找结果" / "Found";
    valid_from: "起" / "From";
    valid_to: "止（不含）" / "Until (not on)";
    successor: "后继" / "Successor";
    place_valid: "有效" / "valid";
    place_ended: "已终止" / "ended";
    place_later: "尚未生效" / "not valid yet";
    statistical: "统计单位" / "statistical unit";
    no_place_found: "没有符合条件的区划。" / "No place is like this.";
    no_villages: "尚未录入村（社区）：请用 xueliang place import 导入。" / "No village is entered yet: import them with xueliang place import.";
    history: "沿革" / "History";

    owner: "单位" / "Owner";
    class: "法律类别" / "Legal class";
    class_c1: "公共安全（C1）" / "public security (C1)";
    class_c2: "其他公共场所（C2）" / "other public place (C2)";
    class_c3: "非公共场所（C3）" / "non-public place (C3)";
    unconfirmed: "待确认" / "to be confirmed";
    unconfirmed_text: "法律类别只是建议值，尚无人确认。请核对后选择类别，并将“类别已确认”设为“是”。" / "The legal class is only proposed. Compare it, choose the right one and set 'a person has said the class' to yes.";
    attachment: "接入方式" / "Attachment";
    any: "全部" / "any";
    yes: "是" / "yes";
    no: "否" / "no";
    in_all: "共" / "In all";
    next_page: "下一页" / "Next page";
    add_camera: "登记摄像机" / "Register a camera";
    import_table: "导入表格" / "Import a table";
    export_table: "导出表格" / "Export as a table";
    registration: "登记信息" / "Registration";
    saved: "已保存。" / "Saved.";
    save: "保存" / "Save";
    not_saved: "未保存：请修改标出的字段。" / "Not saved: mend the marked fields.";
    registered_at: "登记时间" / "Registered at";
    broker_login: "MQTT 登录" / "MQTT login";
    none: "无" / "none";
    streams: "码流" / "Streams";
    password: "密码" / "Password";
    password_kept: "已保存密码（加密存放，不再显示）。" / "A password is kept, sealed; it is never shown again.";
    password_none: "没有保存密码。" / "No password is kept.";
    set_password: "设置密码" / "Set the password";
    forget_password: "删除密码" / "Forget the password";
    remove_camera: "移除摄像机" / "Remove the camera";
    remove_camera_text: "登记、MQTT 登录和密码一并删除；事件与图片保留。" / "Its registration, MQTT login and password go; its events and pictures stay.";
    import_text: "首行为列名（中英文均可），至少含乡镇代码与摄像机编号；可先导出一份作为模板。支持 Excel 另存的 CSV（UTF-8 或 GBK）。有一处错误则全部不导入。" / "The first line names the columns, in Chinese or English, at least township and camera; an export serves as a template. CSV as Excel saves it, UTF-8 or GBK. With one fault, nothing is taken.";
    add_by_onvif: "按 ONVIF 地址添加" / "Add by ONVIF";
    add_by_onvif_text: "填写摄像机地址和 ONVIF 用户；枢纽逐阶段探测，通过后再登记。很多摄像机需要先在其网页上建立单独的 ONVIF 用户。" / "Enter the camera's address and its ONVIF user; the hub asks it stage by stage, then you register it. Many cameras need an ONVIF user of their own, made on the camera's web page.";
    host: "主机名或 IP 地址" / "Name or IP address";
    port: "端口" / "Port";
    onvif_user: "ONVIF 用户" / "ONVIF user";
    probe_now: "立即探测" / "Probe now";
    probe_first: "登录未通过，尚不能登记。请按上面的提示处理后再探测。" / "The login does not work yet, so nothing is registered. Do what is said above and probe again.";
    last_probe: "最近探测" / "Last probe";
    found_last: "最近状况" / "Found last";
    newest_picture: "最新图片" / "Newest picture";
    stage: "阶段" / "Stage";
    stage_found: "结果" / "Result";
    stage_reach: "连接" / "Connection";
    stage_clock: "时钟" / "Clock";
    stage_auth: "登录" / "Login";
    stage_services: "服务" / "Services";
    stage_profiles: "码流" / "Streams";
    stage_snapshot: "抓图" / "Picture";
    table_file: "CSV 文件" / "CSV file";
    check_only: "只检查" / "Check only";
    take_table: "导入" / "Import";
    table_good: "检查通过，没有错误；尚未导入。" / "Nothing is wrong; nothing is taken yet.";
    table_taken: "已导入。" / "The table is taken.";
    table_faults: "表格有错误，未导入：" / "The table has faults, nothing was taken: ";
    rows: "行数" / "Lines";
    added: "新增" / "New";
    changed: "修改" / "Changed";
    unchanged: "未变" / "Unchanged";
    line: "行" / "Line";
    column: "列" / "Column";
    what_is_wrong: "问题与处理" / "What is wrong, what to do";
    more_faults: "另有错误未列出：" / "More faults, not listed here: ";

    status: "状态" / "Status";
    since: "自" / "Since";
    village: "村（社区）" / "Village";
    stands_up: "在线" / "online";
    stands_auth_failed: "认证失败" / "wrong password";
    stands_reachable: "可达" / "reachable";
    stands_down: "离线" / "offline";
    stands_unknown: "未知" / "unknown";
    stands_maintenance: "检修" / "maintenance";
    online_now: "当前在线率" / "Online now";
    online_day: "24 小时在线率" / "Online, 24 h";
    last_day: "最近 24 小时" / "Last 24 hours";
    reachability: "可达率" / "Reachable";
    excluded: "不计入" / "Not counted";
    weak: "参考" / "weak";
    weak_text: "不计入（未知、检修）超过 10%，在线率仅供参考。" / "More than 10 % is unknown or in maintenance: the online rate says little.";
    connected_villages: "有摄像机在线的村" / "Villages connected";
    by_town: "各乡镇" / "By town";
    worst_villages: "在线率最低的村" / "Villages with the lowest rate";
    goal_text: "竖线为 90% 目标。在线率＝在线时长÷（登记时长－未知－检修）。" / "The line marks the goal of 90 %. Online rate: time online, of the time registered less unknown and maintenance.";
    list_auth_failed: "认证失败" / "Password refused";
    list_flapping: "频繁上下线" / "Flapping";
    list_wrong_clock: "时钟不准" / "Wrong clock";
    list_no_cadence: "无法判断在线" / "No heartbeat to judge by";
    nobody_listed: "没有。" / "None.";

    recorded_as: "已提交，记录为事件" / "Done, recorded as event";
    recorded: "人工记录" / "recorded by a person";
    captured: "系统采集" / "captured by the system";
    optional: "（选填）" / "(optional)";
    choose: "请选择" / "Choose";
    picture_attached: "已附图片，取消勾选即去掉" / "Attached; untick to take it away";
    picture_again: "另附一张则替换" / "Another one takes its place";
    use_my_position: "使用当前位置" / "Use my position";
    locating: "正在定位" / "Looking for your position";
    not_located: "无法定位，请手动填写。" / "The position was not found: type it.";
    minutes_unit: "分钟" / "min";
    days_unit: "天" / "d";
    step_done: "已完成" / "done";
    step_current: "进行中" / "now";
    step_open: "未开始" / "ahead";
    least: "最低" / "Least";
    most: "最高" / "Most";
    latest: "最新" / "Latest";
    no_points: "还没有数据。" / "No data yet.";
    no_places: "没有位置。" / "No places.";
    nothing: "没有内容。" / "Nothing here.";
    map: "位置示意图" / "Sketch map";
    qr_code: "二维码" / "QR code";

    my_account: "我的账号" / "My account";
    enrolling_text: "账号尚未设置完整：请先设置自己的密码；管理员还须启用动态验证码。之后请重新登录。" / "The account is not whole: set a password of your own, an administrator the second factor too. Then sign in anew.";
    account_is_keys: "此会话由接口密钥打开，不能更改账号。请用用户名和密码登录。" / "This session was opened with an API key, which changes no account. Sign in with user name and password.";
    roles: "角色" / "Roles";
    current_password: "当前密码" / "Current password";
    new_password: "新密码（12 至 128 个字符）" / "New password, 12 to 128 characters";
    password_ends_sessions: "更改后所有会话结束，请重新登录。" / "All sessions end with the change; sign in anew.";
    second_factor: "动态验证码（TOTP）" / "Second factor (TOTP)";
    factor_on: "已启用。更换手机请联系管理员重置密码。" / "It is on. For another phone, have an administrator renew the password.";
    factor_off: "未启用。" / "It is off.";
    factor_offer: "生成密钥" / "Make a secret";
    factor_typed: "在验证器应用中添加以下密钥（每 30 秒 6 位数字），然后输入一个验证码。该验证码不能再次用于登录。" / "Add this secret to an authenticator app (six digits, 30 s), then enter a code. That code does not sign you in again.";
    factor_secret: "密钥" / "Secret";
    factor_code: "验证码" / "Code";
    fresh_code: "动态验证码（5 分钟内输入过的可不填）" / "Code of the second factor (not needed within 5 minutes of the last)";
    factor_prove: "启用" / "Switch on";
    sessions: "会话" / "Sessions";
    opened_at: "登录时间" / "Opened";
    this_session: "当前会话" / "this one";
    end_session: "结束" / "End";
    api_keys: "接口密钥" / "API keys";
    key_title: "用途" / "What it is for";
    key_roles: "角色，如 viewer@371122102，用空格分隔" / "Roles such as viewer@371122102, with spaces between";
    key_addresses: "限定来源地址段（可空）" / "Only from these addresses (may be empty)";
    key_days: "有效天数（1 至 366）" / "Days it lives, 1 to 366";
    key_make: "生成密钥" / "Make a key";
    key_shown_once: "密钥只显示这一次：" / "The key, shown this once:";
    key_expires: "到期" / "Expires";
    key_used: "最近使用" / "Last used";
    key_revoke: "吊销" / "Revoke";

    link_closed: "没有这个追溯页" / "There is no such page";
    link_closed_text: "链接不存在或已关闭。请核对二维码是否完整；如扫自产品包装，请联系生产者。" / "The link does not exist or was closed. Check that the QR code is whole; if it is on a product, ask its producer.";
    not_now: "页面暂时无法显示" / "The page cannot be shown now";
    not_now_text: "请过几分钟再试。" / "Please come again in a few minutes.";
    taken: "已收到，谢谢。" / "We have it. Thank you.";
    taken_by_link: "已收到，谢谢。请收藏本页地址，可随时查看办理进度；不要公开。" / "We have it. Thank you. Keep the address of this page to see how it goes on, and keep it to yourself.";
    form_is_old: "本页打开太久或来自别处，未提交。您填写的内容都在，请核对后再提交一次；照片请重新附上。" / "This page was open for too long or came from elsewhere, so nothing was sent. What you typed is still there: look it over and send it again, with its photos.";
    posts_too_often: "提交过于频繁" / "Too many forms";
    posts_too_often_text: "未提交。请返回上一页稍等几分钟再提交，已填内容仍在。紧急情况请直接拨打电话。" / "Nothing was sent. Go back, wait a few minutes and send it again: what you typed is still there. Call where it is urgent.";
    post_too_large: "照片太大" / "The photos are too large";
    post_too_large_text: "未提交。照片合计最多 16 MB、文字最多 4000 字。请返回上一页，减少照片或调低拍摄分辨率后再提交。" / "Nothing was sent. All photos together take at most 16 MB, texts 4,000 characters. Go back and send fewer or smaller photos.";
    too_often: "查看过于频繁" / "Too many visits";
    too_often_text: "请稍等一会儿再刷新。" / "Please wait a moment before you reload.";
}

/// Compares texts with what both languages must be.
#[cfg(test)]
pub(crate) fn compare(all: &[(&str, &str, &str)]) {
    for (key, zh, en) in all {
        assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{key}");
        assert!(
            en.replace('·', "").is_ascii() || *key == "other_language",
            "{key}: the English text is not English: {en}"
        );
        let chinese = zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(chinese || *key == "other_language", "{key}: the Chinese text is not Chinese: {zh}");
    }
}
