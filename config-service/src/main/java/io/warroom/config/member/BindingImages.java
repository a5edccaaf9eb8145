package io.warroom.config.member;

import io.warroom.config.http.TenantId;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The bindings' table as a whole, for whoever copies it to or from the topics. The caller owns the transaction. */
public final class BindingImages {

    private final MemberStore store = new MemberStore();

    /** Every binding of the tenant, or of all when it is null; those that were taken back included. */
    public List<BindingImage> read(Handle handle, @Nullable String tenant) {
        return store.all(handle, tenant).stream()
                .map(binding -> new BindingImage(
                        binding.person().tenant().value(),
                        binding.platform(),
                        binding.person().personId(),
                        binding.bound(),
                        binding.platformUserId(),
                        binding.revision(),
                        binding.changedAt()))
                .toList();
    }

    /** Makes the binding what the image says, whatever was stored. */
    public void write(Handle handle, BindingImage image) {
        store.restore(
                handle,
                new Binding(
                        new MemberRef(new TenantId(image.tenantId()), image.personId()),
                        image.platform(),
                        image.bound(),
                        image.platformUserId(),
                        image.revision(),
                        image.changedAt()));
    }
}
