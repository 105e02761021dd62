//! Every text of the host's own pages, by key, in both languages. What a plugin says comes from the plugin.

use crate::api::language::Language;

macro_rules! words {
    ($($key:ident: $zh:literal / $en:literal;)*) => {
        /// The host's own texts in one language.
        pub(crate) struct Words {
            $(pub(crate) $key: &'static str,)*
        }

        static CHINESE: Words = Words { $($key: $zh,)* };
        static ENGLISH: Words = Words { $($key: $en,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $zh, $en),)*];
    };
}

/// The texts of a language.
pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    }
}

words! {
    product: "雪亮+" / "Xueliang+";
    other_language: "English" / "中文";
    skip: "跳到正文" / "Skip to content";
    footer: "雪亮+ · 县域视觉物联中枢" / "Xueliang+ · the county's camera hub";
    public_footer: "本页由县级中枢生成。只统计查看次数，不记录查看者。" / "Drawn by the county's hub. Views are counted, viewers are not.";

    sign_in: "登录" / "Sign in";
    sign_out: "退出" / "Sign out";
    sign_in_hint: "请输入管理员令牌。令牌在首次启动时显示一次，并保存在数据目录的 admin-token 文件中。" / "Enter the administrator's token. It was shown once at the first start, and stands in the file admin-token of the data folder.";
    token: "管理员令牌" / "Administrator's token";
    wrong_token: "令牌不正确。" / "This is not the token.";
    too_many_tries: "尝试次数过多，请稍后再试。" / "Too many tries. Come again in a while.";

    overview: "总览" / "Overview";
    events: "事件" / "Events";
    event: "事件" / "Event";
    fault_codes: "故障码" / "Fault codes";
    what_to_do: "怎么办" / "What to do";
    townships: "乡镇" / "Townships";
    township: "乡镇" / "Township";
    modules: "模块" / "Modules";
    modules_running: "运行中的模块" / "Modules running";
    devices: "设备" / "Devices";
    device: "设备号" / "Device";
    devices_seen: "一小时内在线设备" / "Devices seen in the last hour";
    name: "名称" / "Name";
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
    no_devices: "还没有登记设备。" / "No device is registered yet.";

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
    may_links: "可公开其页面（公开链接）" / "It may open pages to the public by link";
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

    kind: "类型" / "Kind";
    camera: "摄像机" / "Camera";
    caused_by: "起因" / "caused by";
    data: "数据" / "Data";
    older: "更早的" / "Older";

    recorded_as: "已提交，记录为事件" / "Done, recorded as event";
    recorded: "人工记录" / "recorded by a person";
    captured: "系统采集" / "captured by the system";
    optional: "（选填）" / "(optional)";
    choose: "请选择" / "Choose";
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

    link_closed: "没有这个追溯页" / "There is no such page";
    link_closed_text: "链接不存在或已关闭。请核对二维码是否完整；如扫自产品包装，请联系生产者。" / "The link does not exist or was closed. Check that the QR code is whole; if it is on a product, ask its producer.";
    not_now: "页面暂时无法显示" / "The page cannot be shown now";
    not_now_text: "请过几分钟再试。" / "Please come again in a few minutes.";
    too_often: "查看过于频繁" / "Too many visits";
    too_often_text: "请稍等一会儿再刷新。" / "Please wait a moment before you reload.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_both_languages() {
        for (key, zh, en) in ALL {
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{key}");
            assert!(
                en.replace('·', "").is_ascii() || *key == "other_language",
                "{key}: the English text is not English: {en}"
            );
            let chinese = zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(chinese || *key == "other_language", "{key}: the Chinese text is not Chinese: {zh}");
        }
    }
}
