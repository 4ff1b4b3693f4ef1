//! Made-up exports with the traps of their formats.

/// A dump with an answer before its question, tags of both ages, and rows of every fault.
pub const POSTS: &str = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>
<posts>
  <row Id=\"2\" PostTypeId=\"2\" ParentId=\"1\" CreationDate=\"2020-01-01T12:00:00.500\" Score=\"1\" Body=\"&lt;p&gt;A &amp;amp; B&lt;/p&gt;\" OwnerUserId=\"7\" />
  <row Id=\"1\" PostTypeId=\"1\" AcceptedAnswerId=\"2\" CreationDate=\"2020-01-01T10:00:00.000\" Score=\"2\" ViewCount=\"9\" Body=\"&lt;p&gt;Why?&lt;/p&gt;&#xA;&lt;pre&gt;&lt;code&gt;x&lt;/code&gt;&lt;/pre&gt;\" OwnerUserId=\"5\" Title=\"On tests\" Tags=\"&lt;rust&gt;&lt;io&gt;\" />
  <row Id=\"3\" PostTypeId=\"1\" AcceptedAnswerId=\"99\" CreationDate=\"2020-01-02T10:00:00.000\" Score=\"0\" Body=\"x\" OwnerDisplayName=\"gone\" Title=\"Next\" Tags=\"|c|\" />
  <row Id=\"4\" PostTypeId=\"5\" CreationDate=\"2020-01-02T10:00:00.000\" Body=\"wiki\" OwnerUserId=\"-1\" />
  <row Id=\"3\" PostTypeId=\"1\" CreationDate=\"2020-01-02T10:00:00.000\" Body=\"again\" />
  <row Id=\"5\" PostTypeId=\"2\" CreationDate=\"2020-01-02T10:00:00.000\" Body=\"no parent\" />
  <row Id=\"6\" PostTypeId=\"1\" CreationDate=\"0000-00-00\" Body=\"no date\" />
</posts>
";

/// A topic with likes, an accepted answer, a lost parent, a system action, a whisper and a post met twice.
pub const TOPIC: &str = r#"{"post_stream": {"posts": [
    {"id": 10, "post_number": 1, "post_type": 1, "user_id": 5, "username": "ann", "name": "Ann", "created_at": "2020-01-01T10:00:00.000Z",
     "cooked": "<p>Help! <img class=\"emoji\" alt=\":sob:\"></p>", "reads": 4, "actions_summary": [{"id": 2, "count": 2}, {"id": 3, "count": 1}]},
    {"id": 11, "post_number": 2, "post_type": 1, "user_id": 6, "username": "bo", "name": "", "created_at": "2020-01-01T11:00:00.000Z",
     "cooked": "<aside class=\"quote\">Help!</aside><p>Do this.</p>", "accepted_answer": true, "admin": true, "staff": true},
    {"id": 12, "post_number": 4, "post_type": 1, "user_id": 5, "username": "ann", "created_at": "2020-01-01T12:00:00.000Z",
     "cooked": "<p>Thanks</p>", "reply_to_post_number": 2},
    {"id": 13, "post_number": 5, "post_type": 1, "user_id": null, "username": "gone", "created_at": "2020-01-01T12:30:00.000Z",
     "cooked": "<p>Me too</p>", "reply_to_post_number": 3},
    {"id": 14, "post_number": 6, "post_type": 3, "user_id": -1, "username": "system", "created_at": "2020-01-01T13:00:00.000Z",
     "cooked": "", "action_code": "closed.enabled"},
    {"id": 15, "post_number": 7, "post_type": 4, "user_id": 6, "username": "bo", "created_at": "2020-01-01T13:00:00.000Z", "cooked": "psst"},
    {"id": 16, "post_number": 8, "post_type": 1, "user_id": 6, "username": "bo", "created_at": "soon", "cooked": "x"},
    {"id": 10, "post_number": 1, "post_type": 1, "user_id": 5, "username": "ann", "created_at": "2020-01-01T10:00:00.000Z", "cooked": "x"}],
    "stream": [10, 11, 12, 13, 14, 15, 16, 17, 18]}, "id": 3, "title": "Help wanted", "category_id": 7, "posts_count": 9}"#;

/// A month with a signature, a quote and a sender hidden by the list.
pub const MAY: &str = "From ann at example.org  Fri May  1 10:00:00 2020
From: ann at example.org (Ann Lee)
Date: Fri, 1 May 2020 12:00:00 +0200
Subject: [club] Picnic
Message-ID: <1@example.org>

Shall we?
-- 
Ann

From club at example.org  Fri May  1 11:00:00 2020
From: club at example.org (Bo Roe)
Date: Fri, 1 May 2020 11:00:00 +0000
Subject: Re: [club] Picnic
In-Reply-To: <1@example.org>
Message-ID: <2@example.org>

On Friday, Ann Lee wrote:
> Shall we?

Yes!

";

/// A month with a bad date, a date without a zone and a message met before.
pub const JUNE: &str = "From bo at example.org  Mon Jun  1 09:00:00 2020
From: bo at example.org (Bo Roe)
Date: Mon Jun  1 09:00:00 2020
Subject: [club] Cake
Message-ID: <3@example.org>

Who bakes?

From mailer-daemon at example.org  Mon Jun  1 10:00:00 2020
From: mailer-daemon at example.org
Date: some day
Subject: RE: cake
Message-ID: <4@example.org>

bounced

From ann at example.org  Fri May  1 10:00:00 2020
From: ann at example.org (Ann Lee)
Date: Fri, 1 May 2020 12:00:00 +0200
Subject: [club] Picnic
Message-ID: <1@example.org>

Shall we?
";

/// A page of a channel as CSV.
pub const DISCORD_CSV: &str = "AuthorID;Author;Date;Content;Attachments;Reactions;
\"7\";\"Ann#0001\";\"05-Jun-18 07:13 AM\";\"Joined the server.\";\"\";\"\";
\"8\";\"Bo#0002\";\"05-Jun-18 07:15 PM\";\"lol\";\"\";\"a (2),b (1)\";
";

/// The same as HTML.
pub const DISCORD_HTML: &str = "<!DOCTYPE html><html><body><div class=\"info__channel-name\">general</div>
<div class=\"chatlog__message-group\"><span class=\"chatlog__author-name\" title=\"Ann#0001\" data-user-id=\"7\">Ann</span>
<div class=\"chatlog__message \" data-message-id=\"1102000000000000001\"><div class=\"chatlog__content\">
<span class=\"markdown\">Joined <b>the server.</span></div></div></div></body></html>
";
