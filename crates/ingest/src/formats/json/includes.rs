//! What a page of the X API keeps apart from its posts, in `includes`.

use serde_json::{Map, Value};

use crate::formats::apart::{Author, Authors, ByKey};
use crate::notice::NoticeKind;
use crate::values;

use super::repeats;

/// The lists of `includes` that say something of the posts.
pub(super) const LISTS: [&str; 2] = ["users", "tweets"];

/// The authors of posts, and the posts that they repeat.
#[derive(Debug, Default)]
pub(crate) struct Includes {
    /// By id.
    authors: Authors,
    /// The texts of posts by id.
    texts: ByKey<String>,
}

impl Includes {
    /// What an object with an `includes` of its own keeps apart.
    pub(super) fn of(page: &Map<String, Value>) -> Self {
        let mut found = Self::default();
        let includes = page.get("includes");
        for list in LISTS {
            let members = includes.and_then(|includes| includes.get(list)?.as_array());
            for member in members.into_iter().flatten() {
                found.add(member);
            }
        }
        found
    }

    /// Adds a member of one of the [`LISTS`].
    pub(super) fn add(&mut self, member: &Value) {
        let Some(member) = member.as_object() else {
            return;
        };
        let field = |key: &str| member.get(key).and_then(values::scalar);
        let Some(id) = field("id") else {
            return;
        };
        if let Some(text) = repeats::text(member) {
            self.texts.add(id, text.to_owned());
            return;
        }
        let followers = member
            .get("public_metrics")
            .and_then(|metrics| metrics.get("followers_count"));
        let author = Author {
            id: None,
            name: field("username"),
            followers: followers.and_then(values::scalar),
            verified: field("verified"),
        };
        self.authors.add(id, author);
    }

    /// Gives a post its author, and the whole text of the post that it repeats.
    pub(super) fn join(&self, post: &mut Map<String, Value>) {
        self.join_author(post);
        let original = repeats::repeated(post)
            .and_then(|original| values::scalar(original.get("id")?))
            .and_then(|id| self.texts.get(&id));
        if let Some(text) = original.and_then(|original| repeats::with_text_of(post, original)) {
            post.insert("full_text".to_owned(), text.into());
        }
    }

    fn join_author(&self, post: &mut Map<String, Value>) {
        let id = post.get("author_id").and_then(values::scalar);
        let Some(author) = id.and_then(|id| self.authors.get(&id)) else {
            return;
        };
        if post.contains_key("author") {
            return;
        }
        let fields = [
            ("username", &author.name),
            ("followers_count", &author.followers),
            ("verified", &author.verified),
        ];
        let known: Map<String, Value> = fields
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value.as_deref()?.into())))
            .collect();
        post.insert("author".to_owned(), Value::Object(known));
    }

    /// Remarks about what had no room.
    pub(super) fn notices(&self) -> impl Iterator<Item = NoticeKind> {
        let authors = self.authors.left_out();
        let texts = self.texts.left_out();
        let authors = authors.map(|count| NoticeKind::AuthorsLeftOut { count });
        let texts = texts.map(|count| NoticeKind::OriginalsLeftOut { count });
        authors.into_iter().chain(texts)
    }
}
