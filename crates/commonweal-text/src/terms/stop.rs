//! English words that say nothing of the subject.

/// In order. Runs between apostrophes are among them: the `ll` of `I'll`.
#[rustfmt::skip]
pub(super) const STOP_WORDS: &[&str] = &[
    "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are", "aren", "as", "at",
    "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "cannot", "could",
    "couldn", "did", "didn", "do", "does", "doesn", "doing", "don", "done", "down", "during", "each", "else", "etc",
    "even", "few", "for", "from", "further", "get", "gets", "getting", "go", "got", "had", "hadn", "has", "hasn",
    "have", "haven", "having", "he", "hello", "her", "here", "hers", "herself", "hi", "him", "himself", "his", "how",
    "however", "http", "https", "if", "in", "into", "is", "isn", "it", "its", "itself", "just", "know", "let", "like",
    "ll", "many", "may", "me", "might", "more", "most", "much", "must", "my", "myself", "need", "no", "nor", "not",
    "now", "of", "off", "on", "once", "one", "only", "or", "other", "our", "ours", "ourselves", "out", "over", "own",
    "please", "re", "really", "same", "see", "seem", "seems", "shall", "she", "should", "shouldn", "so", "some",
    "something", "such", "than", "thank", "thanks", "that", "the", "their", "theirs", "them", "themselves", "then",
    "there", "these", "they", "thing", "things", "this", "those", "through", "to", "too", "try", "trying", "under",
    "until", "up", "us", "use", "used", "using", "ve", "very", "want", "was", "wasn", "way", "we", "well", "were",
    "weren", "what", "when", "where", "whether", "which", "while", "who", "whom", "why", "will", "with", "won",
    "would", "wouldn", "www", "yes", "yet", "you", "your", "yours", "yourself", "yourselves",
];
