//! Office hours are Monday to Friday, 09:00–12:00 and 13:00–17:00: seven hours a day.

use super::*;

/// Start, limit, end, with working days that end at the close of the day.
#[rustfmt::skip]
const CLOSE_OF_DAY: &[(&str, &str, &str)] = &[
    // 2026-11-27 is a Friday: an hour that day, three on Monday.
    ("2026-11-27 16:00", "4 work-hour", "2026-11-30 12:00"),
    // Urgent hours run on the clock.
    ("2026-11-27 16:00", "3 urgent-hour", "2026-11-27 19:00"),
    // One and a half hours (乱停放 in one district): inside the morning; an hour of Friday and half an hour of Monday.
    ("2026-11-24 09:00", "1.5 work-hour", "2026-11-24 10:30"),
    ("2026-11-27 16:00", "1.5 work-hour", "2026-11-30 09:30"),
    // Over lunch: half an hour to noon, an hour from 13:00; and to noon exactly.
    ("2026-11-24 11:30", "1.5 work-hour", "2026-11-24 14:00"),
    ("2026-11-24 10:30", "1.5 work-hour", "2026-11-24 12:00"),
    // Half an hour from the lunch break, and three and a half: the whole afternoon is four.
    ("2026-11-24 12:30", "0.5 work-hour", "2026-11-24 13:30"),
    ("2026-11-24 13:00", "3.5 work-hour", "2026-11-24 16:30"),
    // Qingming: half an hour on Friday 3 April, an hour on Tuesday.
    ("2026-04-03 16:30", "1.5 work-hour", "2026-04-07 10:00"),
    // Ninety minutes are the same, twenty-five are none of an hour's halves, and urgent halves run on the clock.
    ("2026-11-27 16:00", "90 work-minute", "2026-11-30 09:30"),
    ("2026-11-27 16:50", "25 work-minute", "2026-11-30 09:15"),
    ("2026-11-27 16:00", "2.5 urgent-hour", "2026-11-27 18:30"),
    ("2026-11-27 23:50", "25 urgent-minute", "2026-11-28 00:15"),
    // Qingming: Saturday 4 to Monday 6 April are off; an hour on Friday, three on Tuesday.
    ("2026-04-03 16:00", "4 work-hour", "2026-04-07 12:00"),
    // Saturday 14 February is worked for Spring Festival: an hour on Friday, three on Saturday.
    ("2026-02-13 16:00", "4 work-hour", "2026-02-14 12:00"),
    // The close of the next working day.
    ("2026-11-27 16:00", "1 work-day", "2026-11-30 17:00"),
    // Inside the morning.
    ("2026-11-24 09:00", "1 work-hour", "2026-11-24 10:00"),
    ("2026-11-24 09:30", "2 work-hour", "2026-11-24 11:30"),
    // The morning exactly: its end is before lunch.
    ("2026-11-24 09:00", "3 work-hour", "2026-11-24 12:00"),
    // Over lunch: two hours to noon, one from 13:00.
    ("2026-11-24 10:00", "3 work-hour", "2026-11-24 14:00"),
    // Begun in the lunch break: from 13:00.
    ("2026-11-24 12:30", "1 work-hour", "2026-11-24 14:00"),
    // Begun at noon sharp, and at the opening of the afternoon: the same.
    ("2026-11-24 12:00", "1 work-hour", "2026-11-24 14:00"),
    ("2026-11-24 13:00", "1 work-hour", "2026-11-24 14:00"),
    // The whole day, from its opening and from before it.
    ("2026-11-24 09:00", "7 work-hour", "2026-11-24 17:00"),
    ("2026-11-24 07:15", "7 work-hour", "2026-11-24 17:00"),
    // A minute before the close: 59 minutes are left for the next morning.
    ("2026-11-24 16:59", "1 work-hour", "2026-11-25 09:59"),
    // At the close: the next morning.
    ("2026-11-24 17:00", "1 work-hour", "2026-11-25 10:00"),
    // In the evening, and after midnight.
    ("2026-11-24 22:40", "2 work-hour", "2026-11-25 11:00"),
    ("2026-11-25 00:10", "2 work-hour", "2026-11-25 11:00"),
    // Eight hours are a day and an hour.
    ("2026-11-24 09:00", "8 work-hour", "2026-11-25 10:00"),
    // From Saturday and Sunday: Monday.
    ("2026-11-28 10:00", "2 work-hour", "2026-11-30 11:00"),
    ("2026-11-29 23:59", "2 work-hour", "2026-11-30 11:00"),
    // Twenty hours from Thursday 15:00: 2 that day, 7 on Friday, 7 on Monday, 4 on Tuesday (three and one after lunch).
    ("2026-11-26 15:00", "20 work-hour", "2026-12-01 14:00"),
    // A week of hours from Monday 09:00 ends on Friday.
    ("2026-11-23 09:00", "35 work-hour", "2026-11-27 17:00"),
    // New Year: Thursday 1 to Saturday 3 January are off, Sunday 4 is worked.
    ("2025-12-31 16:00", "2 work-hour", "2026-01-04 10:00"),
    ("2025-12-31 16:00", "1 work-day", "2026-01-04 17:00"),
    ("2025-12-31 16:00", "2 work-day", "2026-01-05 17:00"),
    // Spring Festival 2026: 15 to 23 February are off, Saturday 14 and Saturday 28 are worked.
    ("2026-02-14 16:00", "2 work-hour", "2026-02-24 10:00"),
    ("2026-02-13 10:00", "1 work-day", "2026-02-14 17:00"),
    ("2026-02-13 10:00", "2 work-day", "2026-02-24 17:00"),
    // 14, 24, 25, 26, 27, 28 February: the sixth is the Saturday.
    ("2026-02-13 10:00", "6 work-day", "2026-02-28 17:00"),
    ("2026-02-13 10:00", "7 work-day", "2026-03-02 17:00"),
    // Begun inside the festival: the first working day after it is the first.
    ("2026-02-18 12:00", "1 work-day", "2026-02-24 17:00"),
    ("2026-02-18 12:00", "1 work-hour", "2026-02-24 10:00"),
    // Qingming by days.
    ("2026-04-03 16:00", "1 work-day", "2026-04-07 17:00"),
    // Labour Day: Friday 1 to Tuesday 5 May are off, Saturday 9 is worked: 6, 7, 8, 9 May.
    ("2026-04-30 16:30", "1 work-hour", "2026-05-06 09:30"),
    ("2026-04-30 16:30", "1 work-day", "2026-05-06 17:00"),
    ("2026-04-30 16:30", "4 work-day", "2026-05-09 17:00"),
    // Friday 8 May, an hour before the close: Saturday is worked.
    ("2026-05-08 16:00", "2 work-hour", "2026-05-09 10:00"),
    // Dragon Boat Festival: Friday 19 to Sunday 21 June are off.
    ("2026-06-18 16:00", "2 work-hour", "2026-06-22 10:00"),
    ("2026-06-18 16:00", "1 work-day", "2026-06-22 17:00"),
    // Sunday 20 September is worked for National Day.
    ("2026-09-18 16:00", "1 work-day", "2026-09-20 17:00"),
    ("2026-09-18 16:00", "2 work-hour", "2026-09-20 10:00"),
    // Mid-Autumn: Friday 25 to Sunday 27 September are off.
    ("2026-09-24 16:00", "2 work-hour", "2026-09-28 10:00"),
    // National Day: Thursday 1 to Wednesday 7 October are off, Saturday 10 is worked: 8, 9, 10, 12 October.
    ("2026-09-30 16:00", "2 work-hour", "2026-10-08 10:00"),
    ("2026-09-30 16:00", "3 work-day", "2026-10-10 17:00"),
    ("2026-09-30 16:00", "4 work-day", "2026-10-12 17:00"),
    // Urgent units do not look at holidays.
    ("2026-09-30 16:00", "1 urgent-day", "2026-10-01 16:00"),
    ("2026-02-14 23:00", "8 urgent-hour", "2026-02-15 07:00"),
    ("2026-12-30 12:00", "2 urgent-day", "2027-01-01 12:00"),
    // Spring Festival 2025: Tuesday 28 January to Tuesday 4 February; Sunday 26 January and Saturday 8 February are worked.
    ("2025-01-24 16:00", "1 work-day", "2025-01-26 17:00"),
    ("2025-01-27 16:00", "2 work-hour", "2025-02-05 10:00"),
    // 5, 6, 7, 8 February, then Monday the 10th.
    ("2025-01-27 16:00", "4 work-day", "2025-02-08 17:00"),
    ("2025-01-27 16:00", "5 work-day", "2025-02-10 17:00"),
    // Qingming 2025 is Friday 4 to Sunday 6 April.
    ("2025-04-03 15:00", "3 work-hour", "2025-04-07 10:00"),
    // Sunday 27 April 2025 is worked; 1 to 5 May are off.
    ("2025-04-25 10:00", "1 work-day", "2025-04-27 17:00"),
    ("2025-04-30 10:00", "1 work-day", "2025-05-06 17:00"),
    // Saturday 31 May to Monday 2 June 2025.
    ("2025-05-30 16:00", "2 work-hour", "2025-06-03 10:00"),
    // Sunday 28 September and Saturday 11 October 2025 are worked; 1 to 8 October are off.
    ("2025-09-26 16:00", "2 work-hour", "2025-09-28 10:00"),
    ("2025-09-30 10:00", "3 work-day", "2025-10-11 17:00"),
    // The year ends on a Wednesday; its first day is off.
    ("2024-12-31 10:00", "1 work-day", "2025-01-02 17:00"),
    // A day asked for before the opening, after the close and on a Saturday ends with the next working day.
    ("2026-11-24 08:00", "1 work-day", "2026-11-25 17:00"),
    ("2026-11-24 20:00", "1 work-day", "2026-11-25 17:00"),
    ("2026-11-28 10:00", "1 work-day", "2026-11-30 17:00"),
    // Five working days from Wednesday: Thursday, Friday, Monday, Tuesday, Wednesday.
    ("2026-11-25 09:00", "5 work-day", "2026-12-02 17:00"),
];

/// The same with working days that end at the time of day at which they began.
#[rustfmt::skip]
const SAME_CLOCK: &[(&str, &str, &str)] = &[
    ("2026-11-27 16:00", "1 work-day", "2026-11-30 16:00"),
    ("2026-11-25 09:00", "5 work-day", "2026-12-02 09:00"),
    // The festival lies between.
    ("2026-02-13 10:30", "2 work-day", "2026-02-24 10:30"),
    ("2026-09-30 16:00", "3 work-day", "2026-10-10 16:00"),
    // Outside of working days it begins when the next opens: Monday 09:00.
    ("2026-11-28 10:00", "1 work-day", "2026-12-01 09:00"),
    // In the evening of a working day: the next evening.
    ("2026-11-24 20:00", "1 work-day", "2026-11-25 20:00"),
    // Hours are not touched by it.
    ("2026-11-27 16:00", "4 work-hour", "2026-11-30 12:00"),
];

#[test]
fn due_times_are_as_reckoned_by_hand() {
    for (end, rows) in [(WorkDayEnd::CloseOfDay, CLOSE_OF_DAY), (WorkDayEnd::SameClock, SAME_CLOCK)] {
        let calendar = calendar(end);
        for (start, allowed, due) in rows {
            let reckoned = text(calendar.due(at(start), limit(allowed)).at_ms);
            assert_eq!(reckoned, *due, "{start} + {allowed}, {end:?}");
        }
    }
    assert!(CLOSE_OF_DAY.len() + SAME_CLOCK.len() >= 60);
}

#[test]
fn a_make_up_day_has_the_hours_of_a_working_day_and_a_saturday_of_its_own_keeps_them() {
    let mut week: [Vec<Shift>; 7] = std::array::from_fn(|_| vec![Shift { from: 8 * 60, to: 12 * 60 }]);
    week[6].clear();
    week[5] = vec![Shift { from: 10 * 60, to: 11 * 60 }];
    let of_2026 = year(2026, &[("2026-11-25", "2026-11-25")], &["2026-11-28", "2026-11-29"]);
    let calendar = WorkCalendar::new(OfficeHours::new(week).unwrap(), [of_2026], WorkDayEnd::CloseOfDay);
    // Friday 11:00: an hour; Saturday its one; Sunday, made up, as on Monday.
    let due = |allowed| text(calendar.due(at("2026-11-27 11:00"), limit(allowed)).at_ms);
    assert_eq!([due("2 work-hour"), due("3 work-hour")], ["2026-11-28 11:00", "2026-11-29 09:00"]);
}
