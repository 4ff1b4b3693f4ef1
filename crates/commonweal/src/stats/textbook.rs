//! The textbooks' example of survival, for tests: Freireich et al. (1963), weeks of remission of 42 leukaemia patients. Each entry is a week, how many
//! relapsed in it, and how many were last seen.

/// On 6-mercaptopurine.
pub(crate) const MERCAPTOPURINE: [(i64, u64, u64); 16] = [
    (6, 3, 1),
    (7, 1, 0),
    (9, 0, 1),
    (10, 1, 1),
    (11, 0, 1),
    (13, 1, 0),
    (16, 1, 0),
    (17, 0, 1),
    (19, 0, 1),
    (20, 0, 1),
    (22, 1, 0),
    (23, 1, 0),
    (25, 0, 1),
    (32, 0, 2),
    (34, 0, 1),
    (35, 0, 1),
];

/// On placebo.
pub(crate) const PLACEBO: [(i64, u64, u64); 12] = [
    (1, 2, 0),
    (2, 2, 0),
    (3, 1, 0),
    (4, 2, 0),
    (5, 2, 0),
    (8, 4, 0),
    (11, 2, 0),
    (12, 2, 0),
    (15, 1, 0),
    (17, 1, 0),
    (22, 1, 0),
    (23, 1, 0),
];
