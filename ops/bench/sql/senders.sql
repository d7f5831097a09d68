-- Phones that report, registered long ago: their tokens are phone-1 … phone-:phones (the server keeps hashes only).
-- And one signed-in member of squad T1, whose session token is member.
set search_path to :schema, public;
insert into device (id, secret_hash, salt, token_hash, net, created_at)
select ('00000000-0000-7000-8000-' || (100000000000 + n))::uuid, sha256('secret'), sha256('salt'),
  sha256(convert_to('phone-' || n, 'utf8')), '127.0.0.0/24', now() - interval '1 day'
from generate_series(1, :phones) n;
insert into person (id, username, name, is_demo, active, created_at)
values ('00000000-0000-7000-9000-000000000001', 'member', '王队员', false, true, now());
insert into post (id, person_id, role, squad_code, valid_from)
values ('00000000-0000-7000-9000-000000000002', '00000000-0000-7000-9000-000000000001', 'squad_member', 'T1',
  '2026-01-01');
insert into login_session (id, token_hash, person_id, created_at, last_seen_at, expires_at, user_agent)
values ('00000000-0000-7000-9000-000000000003', sha256('member'), '00000000-0000-7000-9000-000000000001', now(), now(),
  now() + interval '1 day', 'bench');
analyze device, person, post, login_session;
