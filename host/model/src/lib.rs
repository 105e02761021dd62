//! The words of Xueliang+: plain values that every other crate speaks.
//!
//! No I/O, no async, no clock is read here; the dependency list proves it. Each word has one paragraph:
//!
//! - **place** 区划: an administrative division by its 12-digit code, for the days on which it was valid; a *township* 镇街
//!   is its first nine digits and the tenant of the system: every row, topic and grant belongs to exactly one.
//! - **camera** 摄像机: a registered source of pictures and events at a place, however it is attached.
//! - **device** 设备: what logs in to the broker; one identity, bound to one registered camera and its topics.
//! - **observation** 观测: what a bridge saw; not yet accepted.
//! - **event** 事件: an accepted fact in the log of one township, `(township, seq)`, immutable, with its cause.
//! - **plugin** 插件: a packaged WASM component with its manifest.
//! - **publisher** 发布者: who signs plugins with a key that the county has pinned.
//! - **module** 模块: a plugin enabled in one township: version, settings, grants, cursor.
//! - **effect** 效果: what a run of a module wants to change; committed together with the cursor or not at all.
//! - **record** 记录: a JSON document that a module keeps in a declared collection.
//! - **picture** 图片: bytes under their SHA-256; events carry references, never bytes.
//! - **refusal** 拒收: an observation or connection that was not accepted, with its code and a sample.
//! - **dead letter** 死信: an event that a module could not handle; kept until somebody retries it.
//! - **link** 公开链接: a random code that opens one page of one module to the public; who acts there is the link, not a person.
//! - **level** 状态级别: how far up the ladder from `down` to `up` a camera stands; kept as intervals.
//! - **online rate** 在线率: time at `up` of the time that is known and not under maintenance.
//! - **grant** 授权: what a module may see and do, approved by an admin.
//! - **account** 账号: a person who signs in; holds *roles* 角色, each with a *reach* 辖区: a place and all below it.
//! - **API key** 接口密钥: speaks for an account, with at most its roles.
//! - **audit log** 审计日志: one row for each act and each look, each bound to the one before by a hash; *checkpoints*
//!   检查点 sign how far it had come, outside of the database.
//! - **case** 案卷: a matter with a responsible unit, stages and time limits; a *step* 步骤 moves it, what is past stays.
//! - **limit** 时限: so much of 工作时, 工作日, 紧急工作时 or 紧急工作日, reckoned by the *work calendar* 工作日历.
//! - **key figure** 指标: a numerator and a denominator of a period at a place, which a module reports and a parent adds up.
//! - **hold** 依法留存: what must not be deleted while a case is open; **rule** 保存规则: how long everything else is kept.
//! - **export** 图像调取: pictures that leave the hub for an office outside; asked for by one person, approved by another.
//! - **duty** 待办义务: a sign or a filing that the law asks for a camera, or the receipt of an export, with the day on which it is due.
//! - **call-up register** 调阅登记: the rows of the audit log that say who looked at which camera, for which purpose and why.
//! - **request** 个人信息请求: what somebody asks about information on himself: 查阅、复制、更正、删除、投诉; handled by a *desk*
//!   受理台 until it is answered, refused in writing or withdrawn.

pub mod audit;
pub mod batch;
pub mod block;
pub mod camera;
pub mod case;
pub mod clock;
pub mod cloud_event;
pub mod day;
pub mod digital_link;
pub mod effect;
pub mod event;
pub mod export;
pub mod fault;
pub mod gb28181;
pub mod grant;
mod hex;
pub mod hold;
pub mod id;
pub mod keep;
pub mod kpi;
pub mod ladder;
pub mod link;
pub mod manifest;
pub mod metrics;
pub mod module;
pub mod observation;
pub mod people;
pub mod picture;
pub mod place;
pub mod position;
pub mod rate;
pub mod record;
pub mod region;
pub mod rights;
pub mod signature;
pub mod status;
pub mod told;
pub mod version;
pub mod work_calendar;
