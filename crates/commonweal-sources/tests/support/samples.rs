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

/// A table of one event, packed as xz.
pub const TABLE_XZ: &[u8] = b"\xFD\x37\x7A\x58\x5A\x00\x00\x04\xE6\xD6\xB4\x46\x02\x00\x21\x01\x0C\x00\x00\x00\x8F\x98\x41\x9C\x01\x00\x2C\x74\x69\x6D\x65\x2C\x6D\x65\x6D\x62\x65\x72\x2C\x6B\x69\x6E\x64\x0A\x32\x30\x32\x31\x2D\x30\x37\x2D\x30\x31\x54\x31\x32\x3A\x30\x30\x3A\x30\x30\x5A\x2C\x61\x2C\x70\x6F\x73\x74\x0A\x00\x00\x00\x00\x8C\xA2\xCA\x65\xDD\xC0\x95\xBB\x00\x01\x45\x2D\x1E\x52\x57\xE8\x1F\xB6\xF3\x7D\x01\x00\x00\x00\x00\x04\x59\x5A";

/// The same with two million more bytes.
pub const BOMB_XZ: &[u8] = b"\xFD\x37\x7A\x58\x5A\x00\x00\x04\xE6\xD6\xB4\x46\x02\x00\x21\x01\x1C\x00\x00\x00\x10\xCF\x58\xCC\xFF\xFF\x3E\x01\x97\x5D\x00\x3A\x1A\x49\xFA\xE0\xA0\xF4\x89\xB9\x0A\x2E\x71\x5D\x0F\xC5\x2D\xBF\x3E\xF9\xE6\x2E\x64\xFD\xBA\xA5\x6A\x25\x8A\x5F\x3D\xE1\x0C\x81\x9D\x22\x63\x7B\x91\xFA\x84\xBB\x99\x1A\xFB\x2C\x9C\x52\x05\x1E\xCB\x1C\x56\xD7\x82\x82\x7A\xE0\xFA\x59\xB9\x5B\x7C\xAB\x0B\xB5\x2A\xFF\xAC\x39\x61\x4C\xF7\x9A\xA6\x42\xED\x54\xB8\x81\x44\xE2\x16\xE6\xC5\x3D\x99\xB7\x3A\xC2\x54\xA1\xA8\x77\xE2\xD8\xA1\x27\x2C\x35\x1F\xD5\x48\x2F\x65\x7B\x15\x30\x17\xE8\x80\x70\xEB\x54\x42\x57\xC1\x5B\xAB\xE4\x22\x14\xF5\xCA\x34\xFA\x41\x23\xB3\x90\x84\xCD\x3E\xD7\x87\x76\x1F\x7D\x6E\x1D\x3D\x91\x99\x34\x6C\x03\x45\x19\x13\x83\x8A\x9D\xED\x93\xA1\xD5\x6D\x92\xD4\x8E\xDA\x66\xE1\x4E\xEA\x3D\x99\x49\x16\x2B\x95\xF9\x47\xFA\x4E\xE7\x52\xE2\x92\x06\x56\x19\x9E\x44\x9E\xE2\xD2\xE4\x46\xF6\x54\xF0\x88\x75\x2C\x30\xDB\xC2\x50\x54\x91\x22\x97\x06\x03\x5F\xC9\x70\x3B\x14\xC0\x32\x37\x98\xA5\x15\x01\xA5\xE8\xA3\x09\x2A\xEC\xAA\xFF\x5A\x26\xAC\x72\x0C\x16\x92\xA7\xBE\x39\x8F\x24\xE1\x70\x9E\xA7\x23\x5F\xEC\x28\xCB\x85\xD1\x95\x98\x8A\x7E\x2A\x91\xF2\x27\x75\xF7\x19\xC0\x06\x98\x4D\x98\xFD\xD8\xAF\xD5\x90\x0F\xC4\x25\x53\xF8\xF5\x91\x36\x31\x05\xA5\xB0\xEE\x6F\xC1\x70\x4D\x47\x0C\xD1\x91\x11\xAA\xAD\x60\x1D\xBA\xCE\xB1\x27\x18\x5C\x59\x86\xE9\x66\x52\x58\xBE\xE9\x76\xAC\x59\xE4\xE5\x5B\x05\x08\xF9\xC7\xDA\xAD\xFC\xFB\x52\x2B\x74\xCD\x1E\x5B\x20\x42\xF9\xDD\x53\x3D\xF8\x29\x64\x09\x3B\x80\xCB\x2A\x6C\xDF\xB5\x3B\xF0\xC4\xBD\x2E\x5F\xAA\x0F\x3E\x4B\x66\x42\x90\x13\x0E\xFF\x10\x93\xF8\x71\x78\x59\xF8\x0B\xCD\xFF\x95\x28\x46\x0F\xA9\xFC\x7C\xDE\xFB\x9A\x30\x2E\x56\xC0\x8F\x85\xF3\x83\x81\xC0\x65\xC4\x25\x53\xF8\xF5\x91\x36\x31\x05\xA5\xB0\xEB\x0C\xAE\xF2\x80\x00\xED\x00\x05\x00\x1C\xA6\x24\xF1\x00\x00\x00\x00\xC1\x18\xC6\x26\x63\x95\x1A\xDC\x00\x01\xBE\x03\xAD\x80\x80\x01\x8D\xAE\x85\xB6\xB1\xC4\x67\xFB\x02\x00\x00\x00\x00\x04\x59\x5A";
