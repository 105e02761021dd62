//! The people of a township, each with an account of his own: nobody may do everything.

use std::path::Path;

use chrono::Days;
use chrono::FixedOffset;
use chrono::NaiveDate;
use chrono::Utc;
use simulated_county::hub::Hub;
use simulated_county::people;
use simulated_county::people::Person;
use simulated_county::say::Say;

/// What cameras of a tour may be looked at for: what its modules are granted.
const PURPOSES: [&str; 4] = ["traceability", "sanitation", "city-management", "poverty-relief"];

/// Who takes part, each as the hub knows him.
#[derive(Debug)]
pub struct Cast {
    /// Nine digits.
    pub township: String,
    /// Tells this tour's records from those of an earlier one.
    pub run: String,
    /// The hub's admin, who registers cameras.
    pub admin: Hub,
    /// 网格员.
    pub grid: Hub,
    /// 受理、派遣: an operator.
    pub desk: Hub,
    /// 责任单位: a handler.
    pub unit: Hub,
    /// 镇街管理员.
    pub head: Hub,
    /// 县级管理员.
    pub county: Hub,
}

impl Cast {
    /// Makes the accounts that are not there yet.
    ///
    /// # Errors
    /// When the hub refuses, or the folder cannot be written.
    pub async fn gather(hub: &Hub, township: &str, folder: &Path, say: &Say) -> anyhow::Result<Self> {
        let county = township.get(..6).unwrap_or(township);
        let enrol = async |part: &str, title: &str, role: &'static str, place: &str| {
            let (name, title) = (format!("tour-{part}-{place}"), format!("{title}（模拟数据）"));
            let person = Person { name, title, role, place: place.to_owned() };
            let key = people::enrol_one(hub, &person, folder, say).await?;
            anyhow::Ok(hub.seen_by(&key))
        };
        Ok(Self {
            township: township.to_owned(),
            run: Utc::now().timestamp().to_string(),
            admin: hub.clone(),
            grid: enrol("grid", "网格员", "grid-member", township).await?,
            desk: enrol("desk", "受理员", "operator", township).await?,
            unit: enrol("unit", "处置人员", "handler", township).await?,
            head: enrol("head", "镇街管理员", "township-admin", township).await?,
            county: enrol("county", "县级管理员", "county-admin", county).await?,
        })
    }

    /// Account of the grid member.
    pub fn grid_account(&self) -> String {
        format!("tour-grid-{}", self.township)
    }

    /// Account of who does the work.
    pub fn unit_account(&self) -> String {
        format!("tour-unit-{}", self.township)
    }

    /// A village's 12 digits. 999 is no village's number: what the tour makes up stands in none.
    pub fn village(&self) -> String {
        format!("{}999", self.township)
    }

    /// Registers a camera of this tour; its id.
    ///
    /// # Errors
    /// When the hub refuses.
    pub async fn camera(&self, what: &str, name: &str) -> anyhow::Result<String> {
        let camera = format!("tour-{what}-{}", self.run);
        let name = format!("{name}（模拟数据）");
        self.admin.register(&self.township, &camera, &name, &self.village(), &PURPOSES).await?;
        Ok(camera)
    }
}

/// Today in China, so many days ago.
pub fn day_ago(days: u64) -> NaiveDate {
    let today = match FixedOffset::east_opt(8 * 3_600) {
        Some(china) => Utc::now().with_timezone(&china).date_naive(),
        None => Utc::now().date_naive(),
    };
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}
