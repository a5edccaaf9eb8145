-- A tenant's entries may be deleted by the command that erases the tenant, which names it for its own transaction; by nothing else.
CREATE FUNCTION audit_is_deleted_by_erasure_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('warroom.erasing_tenant', true) IS DISTINCT FROM OLD.tenant_id THEN
        RAISE EXCEPTION 'the audit is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;

DROP TRIGGER audit_is_append_only ON audit;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_is_deleted_by_erasure_alone BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_deleted_by_erasure_alone();
