"""The statements of the intake: everything that a report brings, in one of them (docs/adr/0013)."""

from sqlalchemy import text

_NEW_REPORT = """
    with new_report as (
      insert into report (id, state, kind, rev, device_id, captured_by, payload, payload_sha256, schema_version,
        category, condition, description, place, accuracy_m, fix_source, fix_at, captured_at_device, clock_offset_ms,
        consent, photos_expected, received_at, public_ref)
      values (:id, 'receiving', :kind, 1, :device, :person, :payload, :sha, :schema_version, :category, :condition,
        :description, ST_SetSRID(ST_MakePoint(:fix_lon, :fix_lat), 4326), :fix_accuracy, :fix_source, :fix_at,
        :captured_at, :clock_offset_ms, :consent, :photos_expected, :now, :public_ref)
      on conflict (id) do nothing
      returning id
    )
"""
_SLOT_COLUMNS = "seq, role, sha256, size, mime, width, height, taken_at, exif, media_id"
_SLOTS = "p." + _SLOT_COLUMNS.replace(", ", ", p.")
_MANIFEST = """jsonb_to_recordset(cast(:photos as jsonb)) as p(id uuid, seq int, role text, sha256 text, size int,
        mime text, width int, height int, taken_at timestamptz, exif jsonb, media_id uuid)"""
ACCEPT = text(
    f"""
    {_NEW_REPORT}, new_case as (
      insert into cases (id, state, rev, source, class_code, condition_code, description, place, place_source,
        accuracy_m, cell_code, community_code, street_code, squad_code, flags, why, submitted_at, updated_at)
      select :case_id, 'submitted', 1, :source, :category, :condition, :description,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :place_source, :accuracy, :cell, :community, :street, :squad,
        :flags, cast(:why as jsonb), :now, :now
      from new_report
      returning id
    ), link as (
      insert into case_report (report_id, case_id) select r.id, c.id from new_report r, new_case c
    ), slots as (
      insert into photo (intake_id, photo_id, intake_kind, case_id, {_SLOT_COLUMNS})
      select r.id, p.id, 'report', c.id, {_SLOTS} from new_report r, new_case c, {_MANIFEST}
    )
    insert into case_history (case_id, at, action, from_state, to_state, actor_role, actor_person, actor_device,
      squad_code, note, reason, data)
    select c.id, :now, 'submit', null, 'submitted', :actor_role, :person, :device, :squad, '', '',
      jsonb_build_object('report_id', cast(:id as text), 'why', cast(:why as jsonb), 'flags', cast(:flags as text[]))
    from new_case c
    returning case_id
    """
)
# The finder's own record that nothing is wrong: report and photos, no case.
ACCEPT_RECORD = text(
    f"""
    {_NEW_REPORT}, slots as (
      insert into photo (intake_id, photo_id, intake_kind, {_SLOT_COLUMNS})
      select r.id, p.id, 'report', {_SLOTS} from new_report r, {_MANIFEST}
    )
    select id from new_report
    """
)
# The case of a report that is here already: one that was held.
CASE_OF_REPORT = text(
    """
    with new_case as (
      insert into cases (id, state, rev, source, class_code, condition_code, description, place, place_source,
        accuracy_m, cell_code, community_code, street_code, squad_code, flags, why, submitted_at, updated_at)
      values (:case_id, 'submitted', 1, :source, :category, :condition, :description,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :place_source, :accuracy, :cell, :community, :street, :squad,
        :flags, cast(:why as jsonb), :received_at, :now)
      returning id
    ), link as (
      insert into case_report (report_id, case_id) select :report_id, id from new_case
    ), slots as (
      update photo set case_id = :case_id where intake_id = :report_id
    )
    insert into case_history (case_id, at, action, from_state, to_state, actor_role, actor_person, actor_device,
      squad_code, note, reason, data)
    select id, :received_at, 'submit', null, 'submitted', :actor_role, :person, :device, :squad, '', '',
      jsonb_build_object('report_id', cast(:report_id as text), 'why', cast(:why as jsonb),
                         'flags', cast(:flags as text[]))
    from new_case
    """
)
HOLD = text(
    """
    with new_report as (
      insert into report (id, state, kind, rev, device_id, captured_by, payload, payload_sha256, description,
        photos_expected, received_at, public_ref, held_reason, held_detail)
      values (:id, 'held', :kind, 1, :device, :person, :payload, :sha, '', :photos_expected, :now, :public_ref,
        :reason, :detail)
      on conflict (id) do nothing
      returning id
    ), slots as (
      insert into photo (intake_id, photo_id, intake_kind, seq, role, sha256, size, mime, media_id)
      select r.id, p.id, 'report', p.seq, p.role, p.sha256, 0, 'image/jpeg', p.media_id
      from new_report r, jsonb_to_recordset(cast(:photos as jsonb)) as p(id uuid, seq int, role text, sha256 text,
        media_id uuid)
    )
    select id from new_report
    """
)
