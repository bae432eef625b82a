use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::labels::Answer;

/// Cuts at even probabilities, which a log odds of 0 and ±1.1 meets.
fn decision() -> Decision {
    let text = "schema = 2
        anger.levels = [0.25, 0.5, 0.75]
        urgency.levels = [0.25, 0.5, 0.75]
        actionable.threshold = 0.5
        tried_before.threshold = 0.5
        churn.threshold = 0.02";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decision.toml");
    std::fs::write(&path, text).unwrap();
    Decision::load(&path).unwrap()
}

/// Posts whose texts have no run of words in common, and scores spread over their whole range.
struct Posts(Vec<(String, String, [f32; Signal::COUNT], Option<i64>)>);

impl Posts {
    fn spread(count: usize) -> Self {
        let posts = (0..count).map(|i| {
            // Multiples of irrational numbers spread evenly and independently.
            let even = |step: f64| (i as f64 * step).fract() as f32;
            let [anger, urgency, mood] = [even(0.618_034), even(0.414_214), even(0.732_051)];
            let [actionable, tried, churn] = [even(0.236_068), even(0.645_751), even(0.316_625)];
            let sentiments = [mood * 0.9, 0.1, (1.0 - mood) * 0.9];
            let probabilities = [
                anger,
                urgency,
                sentiments[0],
                sentiments[1],
                sentiments[2],
                actionable,
                tried,
                churn,
            ];
            let followers = (i % 7 != 0).then(|| (i as i64).pow(2));
            let text = format!("a{i} b{i} c{i} d{i}");
            (format!("id-{i}"), text, probabilities, followers)
        });
        Self(posts.collect())
    }

    fn candidates(&self) -> Vec<Candidate<'_>> {
        let decision = decision();
        self.0
            .iter()
            .map(|(id, text, probabilities, followers)| Candidate {
                id,
                text,
                probabilities: *probabilities,
                band: ["none", "later", "today", "now"]
                    [usize::from(decision.urgency.level(probabilities[1]))],
                followers: *followers,
            })
            .collect()
    }
}

fn picked<'a>(
    candidates: &'a [Candidate<'a>],
    picks: &[Pick],
    reason: Reason,
) -> Vec<&'a Candidate<'a>> {
    picks
        .iter()
        .filter(|pick| pick.reason == reason)
        .map(|pick| &candidates[pick.candidate])
        .collect()
}

#[test]
fn every_reason_has_its_share_and_its_posts() {
    let posts = Posts::spread(4000);
    let (candidates, decision) = (posts.candidates(), decision());
    let picks = sample(&candidates, &[], &decision, 200, 1);
    let of = |reason| picked(&candidates, &picks, reason);
    let counts = Reason::ALL.map(|reason| of(reason).len());
    assert_eq!(counts, [50, 80, 30, 20, 20]);

    let cuts = [0.25, 0.5, 0.75];
    let mut near_churn = 0;
    for post in of(Reason::NearThreshold) {
        let [anger, urgency, _, _, _, actionable, tried, churn] = post.probabilities;
        let near = |p: f32, cut: f32| ((p / (1.0 - p)).ln() - (cut / (1.0 - cut)).ln()).abs() < 0.1;
        assert!(
            cuts.iter()
                .any(|cut| near(anger, *cut) || near(urgency, *cut))
                || near(actionable, 0.5)
                || near(tried, 0.5)
                || near(churn, 0.02),
            "{post:?}"
        );
        near_churn += usize::from(near(churn, 0.02));
    }
    assert!(near_churn >= 8, "a cut near 0 has its share: {near_churn}");

    for post in of(Reason::Disagreement) {
        let [
            anger,
            urgency,
            negative,
            neutral,
            positive,
            actionable,
            tried,
            churn,
        ] = post.probabilities;
        assert!(
            (anger >= 0.5 && negative < neutral.max(positive))
                || (urgency >= 0.5 && actionable < 0.5)
                || (churn >= 0.02 && anger < 0.25)
                || (tried >= 0.5 && urgency < 0.25 && actionable < 0.5),
            "{post:?}"
        );
    }
    assert!(
        of(Reason::Audience)
            .iter()
            .all(|post| post.followers.is_some())
    );
}

#[test]
fn bands_and_audiences_are_covered() {
    let mut posts = Posts::spread(4000);
    // One post in a thousand is an emergency, and one author in a hundred is famous.
    for (i, (_, _, probabilities, followers)) in posts.0.iter_mut().enumerate() {
        probabilities[1] = if i % 1000 == 7 { 0.999 } else { 0.01 };
        *followers = Some(if i % 100 == 3 { 1_000_000 } else { i as i64 });
    }
    let candidates = posts.candidates();
    let picks = sample(&candidates, &[], &decision(), 200, 1);
    let bands: BTreeSet<&str> = picks
        .iter()
        .map(|it| candidates[it.candidate].band)
        .collect();
    assert_eq!(bands, BTreeSet::from(["none", "now"]));
    let order: Vec<usize> = (0..candidates.len()).collect();
    for tenth in audiences(&candidates, &order) {
        assert!(picks.iter().any(|pick| tenth.contains(&pick.candidate)));
    }
}

#[test]
fn the_random_share_is_like_the_whole() {
    let posts = Posts::spread(4000);
    let candidates = posts.candidates();
    let (mut sum, mut count) = (0.0, 0);
    for seed in 0..20 {
        let picks = sample(&candidates, &[], &decision(), 200, seed);
        for post in picked(&candidates, &picks, Reason::Random) {
            sum += post.probabilities[0];
            count += 1;
        }
    }
    let mean = sum / count as f32;
    // The standard error of 1000 draws is 0.009.
    assert!((mean - 0.5).abs() < 0.03, "{mean}");
}

#[test]
fn labelled_posts_and_their_likes_are_left_out() {
    let posts = Posts::spread(30);
    let mut candidates = posts.candidates();
    candidates[2].text = "@acme A0 b0 C0 d0!";
    let labelled = |id: Option<&str>, text: Option<&str>| LabelRow {
        row: 2,
        id: id.map(str::to_owned),
        text: text.map(str::to_owned),
        answer: Answer::default(),
        weight: 1.0,
        logits: None,
        company: None,
        followers: None,
        lang: None,
        model: None,
        report: None,
    };
    let rows = [
        labelled(Some("id-7"), None),
        labelled(None, Some("see a9 b9 c9 d9 @acme")),
    ];
    let picks = sample(&candidates, &rows, &decision(), 1000, 1);
    let left_out: BTreeSet<usize> = (0..30)
        .filter(|row| picks.iter().all(|pick| pick.candidate != *row))
        .collect();
    assert_eq!(picks.len(), 27);
    assert!(
        left_out.contains(&7) && left_out.contains(&9),
        "{left_out:?}"
    );
    assert!(
        left_out.contains(&0) != left_out.contains(&2),
        "{left_out:?}"
    );
}

#[test]
fn unknown_audiences_and_extreme_scores_are_no_obstacle() {
    let mut posts = Posts::spread(12);
    for (_, _, probabilities, followers) in &mut posts.0 {
        *probabilities = [0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0];
        *followers = None;
    }
    let candidates = posts.candidates();
    let picks = sample(&candidates, &[], &decision(), 8, 1);
    assert_eq!(picks.len(), 8);
    assert!(picked(&candidates, &picks, Reason::NearThreshold).is_empty());
    assert_eq!(sample(&[], &[], &decision(), 8, 1), []);
    assert_eq!(sample(&candidates, &[], &decision(), 0, 1), []);
}

proptest! {
    #[test]
    fn as_many_as_asked_for_or_all_and_each_once(
        posts in 0..60_usize,
        size in 0..80_usize,
        seed in any::<u64>(),
    ) {
        let posts = Posts::spread(posts);
        let candidates = posts.candidates();
        let picks = sample(&candidates, &[], &decision(), size, seed);
        prop_assert_eq!(picks.len(), size.min(candidates.len()));
        let rows: BTreeSet<usize> = picks.iter().map(|pick| pick.candidate).collect();
        prop_assert_eq!(rows.len(), picks.len());
        prop_assert_eq!(&picks, &sample(&candidates, &[], &decision(), size, seed));
    }
}
