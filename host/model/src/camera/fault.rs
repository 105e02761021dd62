//! What can be wrong with a field of a camera, in both languages, each with what to do. The value itself is never said: a
//! password in the wrong column stays out of logs and answers.

use crate::camera::LegalClass;
use crate::camera::draft::Field;
use crate::day::Day;
use crate::place::code::PlaceCode;
use crate::region::RegionError;

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraFault {
    /// Which field.
    pub field: Field,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing stands there.
    Missing,
    /// Longer than so many characters.
    TooLong(usize),
    /// A control character, such as a line break where there is one line.
    Control,
    /// Not exactly so many digits.
    Digits(usize),
    /// A spreadsheet turned a long number into `3.7E+11`: its last digits are lost.
    Spoiled,
    /// Not the id of a camera.
    Id,
    /// None of these words.
    Words(&'static str),
    /// Not a whole number in this range.
    Range(u32, u32),
    /// Not a day.
    Day,
    /// Not the name or address of a host.
    Host,
    /// Not the list of masks.
    Masks(RegionError),
    /// More than so many words.
    TooMany(usize),
    /// A public-security camera keeps its pictures for at least so many days.
    TooShort(u16),
    /// It names a place where the law bans cameras.
    Banned {
        /// The word for it.
        word: &'static str,
        /// What that is in English.
        en: &'static str,
    },
    /// A public camera would run and has no sign that tells people of it.
    NoSign,
    /// A unit that keeps state secrets is near and has not consented.
    NoConsent,
    /// A class that a person has said would be taken back.
    Confirmed,
    /// A class that a person has said becomes another one: by two persons, with a reason.
    NoReason,
    /// The same, with a reason; it waits for the second person now.
    SecondPerson,
    /// The camera was registered with this class when somebody removed it.
    ClassWas(LegalClass),
    /// It belongs to another kind of attachment.
    NotWith(&'static str),
    /// It contradicts another field.
    Against(Field),
    /// The same camera stands in an earlier line.
    Repeated(u64),
    /// A bulk change cannot change it.
    Fixed,
    /// Whoever brings it registers no cameras in this township.
    NotYours,
    /// The place has ended, and another one took its stead.
    Ended {
        /// The first day after it.
        to: Day,
        /// Its code now.
        successor: PlaceCode,
        /// What that is called, in Chinese.
        name: String,
    },
}

impl Wrong {
    /// What is wrong and what to do, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Missing => "is missing: fill it in".to_owned(),
            Self::TooLong(most) => format!("is too long: at most {most} characters"),
            Self::Control => "holds a line break or another control character: remove it".to_owned(),
            Self::Digits(count) => format!("must be exactly {count} digits: compare it with the list of divisions"),
            Self::Spoiled => {
                "was rounded by a spreadsheet (3.7E+11): format the column as text and enter it again".to_owned()
            }
            Self::Id => "must be 1 to 64 of a-z, 0-9, `-`, `_`, starting with a letter or digit".to_owned(),
            Self::Words(words) => format!("must be one of: {words}"),
            Self::Range(least, most) => format!("must be a whole number from {least} to {most}"),
            Self::Day => "must be a day such as 2026-03-05".to_owned(),
            Self::Host => "must be a name or an IP address, without http://, user, password or path".to_owned(),
            Self::Masks(error) => error.to_string(),
            Self::TooMany(most) => format!("holds too many words: at most {most}"),
            Self::TooShort(least) => format!("is too short for a public-security camera: at least {least} days"),
            Self::Banned { en, .. } => format!(
                "names {en}, where Order 799, article 8, bans cameras: take it down and report it to the police; if it \
                 stands outside, say so in the name"
            ),
            Self::NoSign => {
                "is missing: a camera of class C1 or C2, or of a class that nobody has said, runs with a sign that \
                             tells people of it (Order 799, article 13): enter since when it hangs, say the class \
                             non-public where no public place is watched, or attach the camera later"
                    .to_owned()
            }
            Self::NoConsent => {
                "is missing: near a unit that keeps state secrets no camera runs without its consent (Order \
                                799, article 10): enter the document, or set attachment.kind to none"
                    .to_owned()
            }
            Self::Confirmed => {
                "cannot be taken back, a person has said the class: say another class instead".to_owned()
            }
            Self::NoReason => "was said by a person: another class needs a reason, and a second person who says the \
                               same; send the change again with its reason"
                .to_owned(),
            Self::SecondPerson => "was said by a person: the wish for another class is kept for 30 days, and a second \
                                   administrator has to say the same or approve it; nothing was changed"
                .to_owned(),
            Self::ClassWas(class) => format!(
                "was {} when the camera was removed: register it with that class, then have it changed by two persons",
                class.word()
            ),
            Self::NotWith(kind) => {
                format!("has no meaning for the attachment `{kind}`: clear it or change attachment.kind")
            }
            Self::Against(field) => format!("contradicts {}: change one of the two", field.name()),
            Self::Repeated(line) => format!("is the same camera as in line {line}: keep one of the two"),
            Self::NotYours => "is no township in which you register cameras: leave the line out".to_owned(),
            Self::Fixed => "says which camera it is and never changes: register another camera instead".to_owned(),
            Self::Ended { to, successor, .. } => format!("ended on {to}: use its successor {successor}"),
        }
    }

    /// What is wrong and what to do, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Missing => "缺失：请填写".to_owned(),
            Self::TooLong(most) => format!("过长：最多 {most} 个字符"),
            Self::Control => "含换行或其他控制字符：请删除".to_owned(),
            Self::Digits(count) => format!("必须正好 {count} 位数字：请与区划代码表核对"),
            Self::Spoiled => "被表格软件改成科学计数（3.7E+11），末位已丢失：请把该列设为文本后重新录入".to_owned(),
            Self::Id => "须为 1 至 64 位小写字母、数字、`-`、`_`，以字母或数字开头".to_owned(),
            Self::Words(words) => format!("须为以下之一：{words}"),
            Self::Range(least, most) => format!("须为 {least} 至 {most} 的整数"),
            Self::Day => "须为日期，例如 2026-03-05".to_owned(),
            Self::Host => "须为主机名或 IP 地址，不带 http://、用户名、密码或路径".to_owned(),
            Self::Masks(error) => match error {
                RegionError::Form => "须为多边形列表，例如 [[[0,0],[0.5,0],[0.5,0.3]]]".to_owned(),
                RegionError::TooMany { count } => format!("有 {count} 个多边形，最多 32 个"),
                RegionError::Corners { region, corners } => {
                    format!("第 {region} 个多边形有 {corners} 个顶点，应为 3 至 64 个")
                }
                RegionError::Outside { region, corner } => {
                    format!("第 {region} 个多边形的第 {corner} 个顶点超出画面：应为宽和高的比例（0 至 1），而非像素")
                }
                RegionError::Crossing { region, one, other } => {
                    format!(
                        "第 {region} 个多边形的第 {one} 条边与第 {other} 条边相交：请按顺序给出顶点，或分成两个多边形"
                    )
                }
                RegionError::Flat { region } => format!("第 {region} 个多边形没有面积：顶点在同一直线或同一点上"),
            },
            Self::TooMany(most) => format!("词语过多：最多 {most} 个"),
            Self::TooShort(least) => format!("公共安全类摄像机的保存期过短：至少 {least} 天"),
            Self::Banned { word, .. } => format!(
                "含“{word}”：《公共安全视频图像信息系统管理条例》第八条禁止在此安装，已安装的须拆除并报告公安机关；设在室外的请在名称中写明（如“门口”）"
            ),
            Self::NoSign => "未填写：公共安全类、其他公共场所类以及类别未定的摄像机须有提示标识方可启用（国务院令第799号第十三条）。\
                             请填写标识设置日期；不面向公共场所的，请将类别填为“非公共场所”；或先不接入"
                .to_owned(),
            Self::NoConsent => "未填写：邻近涉密单位的摄像机须经该单位同意方可启用（国务院令第799号第十条）。请填写同意文件，\
                                或将接入方式改为 none"
                .to_owned(),
            Self::Confirmed => "类别已由人员确认，不能撤回：请直接填写另一类别".to_owned(),
            Self::NoReason => "类别已由人员确认：改为另一类别须写明理由，并由第二人作出同样的更改；请附理由重新提交".to_owned(),
            Self::SecondPerson => "类别已由人员确认：更改申请已保存 30 日，须由另一位管理员作出同样的更改或批准；目前没有任何更改"
                .to_owned(),
            Self::ClassWas(class) => {
                format!("移除该摄像机时的类别为“{}”：请先按原类别登记，再由两人更改", class.zh())
            }
            Self::NotWith(kind) => format!("与接入方式 `{kind}` 不符：请清空，或修改接入方式"),
            Self::Against(field) => format!("与“{}”矛盾：请修改其中之一", field.zh()),
            Self::Repeated(line) => format!("与第 {line} 行是同一台摄像机：请只保留一行"),
            Self::NotYours => "不是您可登记摄像机的乡镇：请删除该行".to_owned(),
            Self::Fixed => "是摄像机的标识，不能修改：请另行登记".to_owned(),
            Self::Ended { to, successor, name } => {
                format!("该区划已于 {to} 终止：请改用后继代码 {successor}（{name}）")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_says_what_to_do_in_both_languages() {
        let faults = [
            Wrong::Missing,
            Wrong::TooLong(100),
            Wrong::Control,
            Wrong::Digits(12),
            Wrong::Spoiled,
            Wrong::Id,
            Wrong::Words("mqtt, onvif"),
            Wrong::Range(10, 3_600),
            Wrong::Day,
            Wrong::Host,
            Wrong::Masks(RegionError::Form),
            Wrong::Masks(RegionError::TooMany { count: 33 }),
            Wrong::Masks(RegionError::Corners { region: 1, corners: 2 }),
            Wrong::Masks(RegionError::Outside { region: 1, corner: 2 }),
            Wrong::Masks(RegionError::Crossing { region: 1, one: 1, other: 3 }),
            Wrong::Masks(RegionError::Flat { region: 1 }),
            Wrong::TooMany(16),
            Wrong::TooShort(30),
            Wrong::Banned { word: "浴室", en: "a bathroom" },
            Wrong::NoSign,
            Wrong::NoConsent,
            Wrong::Confirmed,
            Wrong::NoReason,
            Wrong::SecondPerson,
            Wrong::ClassWas(LegalClass::PublicSecurity),
            Wrong::NotWith("mqtt"),
            Wrong::Against(Field::SignageDate),
            Wrong::Repeated(2),
            Wrong::Fixed,
            Wrong::NotYours,
            Wrong::Ended {
                to: "2020-06-30".parse().unwrap(),
                successor: "371122005".parse().unwrap(),
                name: "阎庄街道".to_owned(),
            },
        ];
        for wrong in faults {
            let chinese = wrong.zh().chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(chinese && wrong.en().is_ascii() && wrong.en().len() > 15, "{wrong:?}");
        }
    }
}
