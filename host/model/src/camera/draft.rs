//! A camera as somebody typed it: texts by field, whatever they came from. Nothing is checked here.

use std::collections::BTreeMap;

use crate::camera::Attachment;
use crate::camera::Camera;

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident $name:literal $zh:literal;)*) => {
        /// A field of a camera, in the order of a table's columns.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])* $field,)*
        }

        impl Field {
            /// All fields, in order.
            pub const ALL: &[Self] = &[$(Self::$field),*];

            /// Its name in tables and requests.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$field => $name,)*
                }
            }

            /// Its Chinese name, which tables may use too.
            pub fn zh(self) -> &'static str {
                match self {
                    $(Self::$field => $zh,)*
                }
            }
        }
    };
}

fields! {
    /// Nine digits.
    Township "township" "乡镇代码";
    /// Its id in the township.
    Camera "camera" "摄像机编号";
    /// Its name.
    Name "name" "名称";
    /// 12 digits.
    Place "place" "安装位置代码";
    /// `enterprise` or `public-unit`; the latter when nothing is said.
    OwnerKind "owner.kind" "单位类型";
    /// Name of the owner.
    OwnerName "owner.name" "所属单位";
    /// Legal class; proposed from a GB/T 28181 id when nothing is said, else the strictest.
    Class "class" "法律类别";
    /// Whether a person has said the class; yes where one is given.
    ClassConfirmed "class_confirmed" "类别已确认";
    /// Words separated by `;`.
    Purposes "purposes" "用途";
    /// Yes or no.
    SignagePosted "signage.posted" "已设标识";
    /// A day.
    SignageDate "signage.date" "标识日期";
    /// Free text.
    SignageNote "signage.note" "标识说明";
    /// Free text.
    FilingNumber "filing.number" "备案编号";
    /// A day.
    FilingDate "filing.date" "备案日期";
    /// Yes or no.
    SecretUnitNear "secret_unit.near" "邻近涉密单位";
    /// Free text.
    SecretUnitConsent "secret_unit.consent" "涉密单位同意文件";
    /// `mqtt`, `onvif`, `mapped` or `none`.
    Attachment "attachment.kind" "接入方式";
    /// Name or IP address, with `onvif`.
    Host "attachment.host" "主机";
    /// 1 to 65535, with `onvif`; 80 when nothing is said.
    Port "attachment.port" "端口";
    /// User name, with `onvif`.
    User "attachment.user" "用户名";
    /// Who publishes, with `mapped`.
    Publisher "attachment.publisher" "发布者";
    /// `[[[x,y],…],…]`.
    Masks "masks" "遮挡区域";
    /// 1 to 3650.
    RetentionDays "retention_days" "保存天数";
    /// 10 to 3600.
    HeartbeatS "heartbeat_s" "心跳间隔秒";
    /// Free text.
    Notes "notes" "备注";
}

impl Field {
    /// The field of a column's name in either language.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name().eq_ignore_ascii_case(name) || field.zh() == name)
    }

    /// Whether it says which camera it is, and so never changes.
    pub fn is_key(self) -> bool {
        matches!(self, Self::Township | Self::Camera)
    }
}

/// A camera as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft(BTreeMap<Field, String>);

impl Draft {
    /// What was typed into a field, without spaces around it; empty when nothing was.
    pub fn get(&self, field: Field) -> &str {
        self.0.get(&field).map_or("", |text| text.trim())
    }

    /// Types something into a field. A class that is said anew loses what was said about the one before: it is said by a
    /// person, until [`Field::ClassConfirmed`] is set after it; another kind of attachment clears what belongs to the one before.
    pub fn set(&mut self, field: Field, text: impl Into<String>) {
        let text = text.into();
        if field == Field::Attachment && !self.get(field).is_empty() && self.get(field) != text.trim() {
            for belonging in [Field::Host, Field::Port, Field::User, Field::Publisher] {
                self.0.remove(&belonging);
            }
        }
        if field == Field::Class {
            self.0.remove(&Field::ClassConfirmed);
        }
        self.0.insert(field, text);
    }
}

impl From<&Camera> for Draft {
    fn from(camera: &Camera) -> Self {
        let mut draft = Self::default();
        let optional = |text: Option<&dyn ToString>| text.map(ToString::to_string).unwrap_or_default();
        let yes_no = |yes: bool| if yes { "yes" } else { "no" };
        let day = |day: &Option<crate::day::Day>| day.map(|day| day.to_string()).unwrap_or_default();
        draft.set(Field::Township, camera.key.township.as_str());
        draft.set(Field::Camera, camera.key.camera.as_str());
        draft.set(Field::Name, &camera.name);
        draft.set(Field::Place, &camera.place);
        draft.set(Field::OwnerKind, camera.owner.kind.word());
        draft.set(Field::OwnerName, &camera.owner.name);
        draft.set(Field::Class, camera.class.word());
        draft.set(Field::ClassConfirmed, yes_no(camera.class_confirmed));
        draft.set(Field::Purposes, camera.purposes.join(";"));
        draft.set(Field::SignagePosted, yes_no(camera.signage.posted));
        draft.set(Field::SignageDate, day(&camera.signage.date));
        draft.set(Field::SignageNote, &camera.signage.note);
        draft.set(Field::FilingNumber, camera.filing.number.clone().unwrap_or_default());
        draft.set(Field::FilingDate, day(&camera.filing.date));
        draft.set(Field::SecretUnitNear, yes_no(camera.secret_unit.near));
        draft.set(Field::SecretUnitConsent, &camera.secret_unit.consent);
        draft.set(Field::Attachment, camera.attachment.kind());
        let (host, port, user, publisher) = match &camera.attachment {
            Attachment::Onvif { host, port, user } => (host.as_str(), port.to_string(), user.as_deref(), ""),
            Attachment::Mapped { publisher } => ("", String::new(), None, publisher.as_str()),
            Attachment::Mqtt | Attachment::None => ("", String::new(), None, ""),
        };
        draft.set(Field::Host, host);
        draft.set(Field::Port, port);
        draft.set(Field::User, user.unwrap_or_default());
        draft.set(Field::Publisher, publisher);
        draft.set(Field::Masks, camera.masks.text());
        draft.set(Field::RetentionDays, optional(camera.retention_days.as_ref().map(|days| days as &dyn ToString)));
        draft.set(Field::HeartbeatS, optional(camera.heartbeat_s.as_ref().map(|seconds| seconds as &dyn ToString)));
        draft.set(Field::Notes, &camera.notes);
        draft
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_attachment_clears_what_belongs_to_the_one_before() {
        let mut draft = Draft::default();
        for (field, text) in [(Field::Attachment, "onvif"), (Field::Host, "10.0.0.1"), (Field::Attachment, "onvif ")] {
            draft.set(field, text);
        }
        assert_eq!(draft.get(Field::Host), "10.0.0.1");
        draft.set(Field::Attachment, "mqtt");
        assert_eq!(draft.get(Field::Host), "");
    }

    #[test]
    fn a_column_is_known_by_either_name() {
        for field in Field::ALL {
            assert_eq!(Field::read(field.name()), Some(*field));
            assert_eq!(Field::read(field.zh()), Some(*field));
        }
        assert_eq!(Field::read("Owner.Kind"), Some(Field::OwnerKind));
        assert_eq!(Field::read("password"), None);
    }
}
