//! Texts of the pages of cases.

use crate::console::text::texts;

texts! {
    cases: "案卷" / "Cases";
    shown_unit: "本单位案卷" / "Of my units";
    shown_open: "未结案卷" / "Open";
    shown_dispatch: "待派遣" / "To dispatch";
    shown_overdue: "超期" / "Overdue";
    shown_mine: "我经办的" / "Mine";
    shown_closed: "已结案卷" / "Ended";
    new_case: "上报案卷" / "Report a case";
    no_cases: "没有案卷。" / "No cases.";
    number: "编号" / "Number";
    title: "事项" / "Matter";
    kind: "类别" / "Kind";
    stage: "阶段" / "Stage";
    unit: "责任单位" / "Unit";
    handler: "经办人" / "Handler";
    opened: "上报时间" / "Opened";
    due: "时限" / "Due";
    overdue: "超期" / "Overdue";
    place: "区划" / "Place";

    description: "说明" / "Description";
    source: "来源" / "Source";
    address: "地址" / "Address";
    position: "坐标" / "Position";
    grid: "网格" / "Grid cell";
    camera: "摄像机" / "Camera";
    module: "上报模块" / "Opened by module";
    final_due: "应结案时间" / "To be closed by";
    closed: "结束时间" / "Ended";
    reworks: "返工次数" / "Reworks";
    extensions: "延期次数" / "Extensions";
    before: "处置前图片" / "Pictures before";
    after: "处置后图片" / "Pictures after";
    limits: "时限" / "Limits";
    limit: "时限" / "Limit";
    kept: "按期" / "Kept";
    running: "计时中" / "Running";
    stopped: "停止计时" / "Stopped";
    ended: "完成时间" / "Done";
    unknown_year: "该年度节假日未公布，按周一至周五计算" / "Holidays of that year are not known: weekdays counted";
    history: "办理过程" / "What was done";
    due_moved: "时限变更" / "Limit moved";
    steps: "办理" / "Next steps";
    no_steps: "您在此阶段没有可办理的步骤。" / "There is no step that you may make at this stage.";
    not_done: "未办理：" / "Not done: ";
    note: "说明" / "Note";
    reason: "理由" / "Reason";
    reason_needed: "必填，最多 1000 字" / "Needed, at most 1,000 characters";
    note_optional: "可不填，最多 1000 字" / "Optional, at most 1,000 characters";
    no_people: "（无人员）" / " (nobody)";
    unit_without_people: "责任单位尚无人员：只有未划入任何单位的处置人员能办理本案。请管理员在账号页划入人员，或改派其他单位。" / "Nobody belongs to the unit yet: only who handles cases and was put into no unit can work on this one. An administrator puts people into it on the page of accounts, or the desk dispatches it to another unit.";
    escalated_to: "上报至" / "Escalated to";
    account: "账号" / "Account";
    measure: "单位" / "Measure";
    limit_optional: "不填则按时限表" / "Left empty: as in the table of limits";
    picture_hashes: "图片 SHA-256，每行一个" / "SHA-256 of pictures, one a line";
    picture_hint: "本乡镇日志中的图片；可在事件页复制" / "Pictures of this township's log, as the page of events has them";
    clock: "系统计时" / "The clock";

    township: "乡镇" / "Township";
    not_opened: "未上报：请修改标出的字段，已填内容都在。" / "Not reported: mend the marked fields. What you typed is still there.";
    open: "上报" / "Report";
    title_hint: "一句话说明，不写个人信息" / "In one line, without personal data";
    place_hint: "村（社区）12 位区划代码，不填即全乡镇" / "12 digits of the village; left empty: the township";
    position_hint: "WGS 84：纬度, 经度" / "WGS 84: latitude, longitude";
}
