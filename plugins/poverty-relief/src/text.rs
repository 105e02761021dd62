//! Texts that several files say, in Chinese and English; what only one page says stands there, in both languages too.

pub use xl_plugin::Phrase;

pub mod names;
mod refusal;

pub use refusal::clearance as clearance_refusal;
pub use refusal::clue as clue_refusal;
pub use refusal::grievance as grievance_refusal;

use crate::scan::Leak;

xl_plugin::phrases! {
    REQUIRED = "请填写此项。", "Please fill this in.";
    TOO_LONG = "最多 {most} 个字符。", "At most {most} characters.";
    ONE_LINE = "只能填写一行文字，不能含控制字符。", "One line of text only, without control characters.";
    NO_CONTROL = "不能含控制字符。", "No control characters, please.";
    NO_NUMBERS = "这里像是写了{what}：请删去。身份证号不保存，电话和账号另有加封栏目。",
        "This looks like {what}: please take it out. An id number is not kept; telephone and account have sealed fields.";
    NO_SEALED = "请只填写数字（{least}–{most} 位），可含空格、“-”和“+”。",
        "Digits only ({least} to {most}), with blanks, `-` or `+`.";
    NO_ID_NUMBER = "这像是身份证号：本系统不保存身份证号。", "This looks like an id number: none is kept here.";
    NO_DAY = "不是有效日期，格式如 2026-11-23。", "This is not a day of the calendar, such as 2026-11-23.";
    FUTURE = "日期不能晚于今天（{today}）。", "This day must not be later than today ({today}).";
    NO_WHOLE = "请填写 {least} 到 {most} 的整数。", "A whole number from {least} to {most}.";
    NO_CHOICE = "请选择列出的一项。", "Please choose one of the options.";
    NO_VILLAGE = "请填写本镇（{township}）的 12 位村级区划代码。",
        "The 12-digit code of a village of this township ({township}).";
    NO_ACCOUNT = "请填写账号名，只含字母、数字和 . - _ @。", "The name of an account: letters, digits and . - _ @ only.";
    NO_RECORD = "没有这个编号。", "There is no such number.";
    NOT_SAVED = "没有保存，请检查标出的内容。", "Nothing was saved. Please look at what is marked.";
    NO_PERSON = "需要登录的人负责：没有人员账号，不作任何决定。",
        "Somebody must answer for this: without a person's account nothing is decided.";
    NO_ROLE = "这一步须由以下角色办理：{roles}。", "This takes one of these roles: {roles}.";
    OWN_WORK = "您录入过此事项，须由另一人办理。", "You entered something of this yourself: another person must do it.";
    CLUE_OPEN = "此户已有一条线索在办。", "A clue of this household is on its way already.";
    WARNING_DECIDED = "这条预警已经有人决定。", "Somebody decided about this warning already.";
    NO_HOUSEHOLD = "没有这一户。", "There is no such household.";
    NO_CONSENT = "此户没有（或已撤回）对“{purpose}”的同意，这一步不能办理。",
        "The household has not consented to “{purpose}”, or withdrew it: this step stops here.";
    CAMERA_AT_HOME = "摄像机不能关联到农户或到户项目，只能关联集体项目资产。",
        "A camera is never linked to a household or its own project, only to a collective asset.";
    CAMERA_CLOSED = "项目已经关闭，不能关联摄像机。", "The project is closed: no camera is linked to it.";
    NO_CAMERA = "没有获准使用这台摄像机。", "This camera is not granted.";
    NO_CAMERAS = "本插件没有获准使用任何摄像机。", "No camera is granted to this module.";
    CAMERA_TAKEN = "这台摄像机已关联项目 {project}。", "This camera is linked to project {project}.";
    NOT_REDACTED = "未发布。“{field}”中像是有{what}，公示不能出现。",
        "Not published. “{field}” looks like it holds {what}, which a notice must not show.";
    EARLY_REASON = "公示未满规定天数，提前撤下将使公示无效；仍要撤下请填写原因。",
        "The notice has not stood its days: taken down now it fails. To do so all the same, say why.";
    NOT_MONITORED = "此户不在监测中。", "This household is not monitored.";
    NOT_ERASED = "此户还在监测或有线索在办，不能删除；可先撤回同意。",
        "The household is monitored or a clue is on its way, so nothing is erased; consent can be withdrawn first.";
    TOO_MUCH_TO_ERASE = "记录过多，不能一次删除，请联系管理员。", "Too many records to erase at once: ask the administrator.";
    MORE = "下一页", "More";
    NOBODY = "–", "–";
    SAVE = "保存", "Save";
    YES = "是", "Yes";
    NO = "否", "No";
    NOTE_HIDDEN = "内容见未遮蔽档案（须说明理由）", "The words stand in the unmasked file, behind a reason";
    HIDDEN = "已遮蔽", "masked";
}

/// What a scan found, in words.
pub fn leak(leak: Leak) -> Phrase {
    match leak {
        Leak::IdNumber => Phrase { zh: "身份证号", en: "an id number" },
        Leak::BankCard => Phrase { zh: "银行账号", en: "a bank account" },
        Leak::Phone => Phrase { zh: "电话号码", en: "a telephone number" },
        Leak::Health => Phrase { zh: "健康状况", en: "something about health" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_words() {
        for phrase in ALL {
            assert!(phrase.is_whole(), "{phrase:?}");
        }
    }
}
