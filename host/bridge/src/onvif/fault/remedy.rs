//! What to do about a fault, in one sentence for each language; the page of the code says more.

use xl_model::fault::Code;

use super::ADDRESS_REFUSED;
use super::ADDRESS_UNREADABLE;
use super::CALL_REFUSED;
use super::CERTIFICATE;
use super::CLOCK_WRONG;
use super::LOGIN_REFUSED;
use super::NO_EVENTS;
use super::NO_PICTURE;
use super::NO_PROFILE;
use super::NOT_OFFERED;
use super::RANGE_REFUSED;
use super::TOO_LARGE;
use super::TOO_SLOW;
use super::UNREACHABLE;
use super::UNREADABLE;

/// One sentence in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Remedy {
    /// What to do about a code of this bridge.
    pub fn of(code: Code) -> Self {
        let (zh, en) = match code {
            ADDRESS_UNREADABLE => (
                "核对摄像机地址的写法，协议只能是 http 或 https。",
                "Check how the camera's address is written; only http and https are used.",
            ),
            ADDRESS_REFUSED => (
                "把摄像机所在网段加入该站点，或由管理员为这台摄像机批准该地址。",
                "Add the camera's network to the site, or let an administrator allow that address for this camera.",
            ),
            UNREACHABLE => (
                "检查摄像机供电、网线、IP 地址和端口，以及中间的防火墙。",
                "Check the camera's power, cable, address and port, and the firewalls on the way.",
            ),
            TOO_SLOW => (
                "检查网络质量；重启摄像机；减少同时访问它的软件。",
                "Check the network; restart the camera; let fewer programs use it at once.",
            ),
            TOO_LARGE => (
                "在摄像机上降低抓图分辨率或质量；升级固件。",
                "Lower the size or quality of its pictures; update the firmware.",
            ),
            UNREADABLE => (
                "确认端口是 ONVIF 服务端口而不是网页；升级固件。",
                "Make sure that the port is ONVIF's and not the web page's; update the firmware.",
            ),
            LOGIN_REFUSED => (
                "很多摄像机需要单独的 ONVIF 用户：在摄像机网页上建立后，在这里更新用户名和密码。",
                "Many cameras need a separate ONVIF user: make one on the camera's web page, then change user and password here.",
            ),
            CERTIFICATE => (
                "核对摄像机证书指纹，一致时由管理员批准。",
                "Compare the certificate's fingerprint with the camera's, then let an administrator approve it.",
            ),
            CALL_REFUSED => (
                "检查 ONVIF 用户的权限；在摄像机网页上手动试同一操作。",
                "Check the rights of the ONVIF user; try the same on the camera's web page.",
            ),
            NO_PROFILE => (
                "在摄像机网页上启用视频流或媒体配置文件。",
                "Enable a video stream or media profile on the camera's web page.",
            ),
            NO_PICTURE => (
                "在摄像机上启用抓图；没有时改用视频流取图。",
                "Enable still pictures on the camera; without them, take pictures from its stream.",
            ),
            NO_EVENTS => (
                "在摄像机上启用 ONVIF 事件，并关闭占用订阅的其他软件。",
                "Enable ONVIF events on the camera, and end other software that takes its subscriptions.",
            ),
            CLOCK_WRONG => {
                ("在摄像机上设置时间服务器（NTP）和时区。", "Give the camera a time server (NTP) and its time zone.")
            }
            RANGE_REFUSED => {
                ("只搜索本站点的网段，且不大于 /16。", "Search only the site's own networks, none larger than a /16.")
            }
            NOT_OFFERED => (
                "此型号不提供该功能；需要时升级固件或更换型号。",
                "This model does not offer it; update the firmware or use another model where you need it.",
            ),
            _ => ("用 `xueliang explain` 查看这个代码的说明。", "See `xueliang explain` for this code."),
        };
        Self { zh, en }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_bridge_has_a_remedy_of_its_own() {
        let general = Remedy::of(Code(0));
        for number in 421..=435 {
            assert_ne!(Remedy::of(Code(number)), general, "XL{number:04}");
        }
    }
}
