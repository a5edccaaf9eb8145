package io.warroom.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class TenantPartitionerTest {

    @Test
    void aTenantLiesWhereKafkasOwnPartitionerPutsItsId() {
        for (int i = 0; i < 1000; i++) {
            String tenant = "tenant-" + i;
            assertThat(TenantPartitioner.partitionOf(tenant, 12))
                    .isEqualTo(BuiltInPartitioner.partitionForKey(tenant.getBytes(StandardCharsets.UTF_8), 12));
        }
    }

    @Test
    void whatFollowsTheFirstSlashDoesNotCount() {
        assertThat(TenantPartitioner.tenantOf("acme/INC-1")).isEqualTo("acme");
        assertThat(TenantPartitioner.tenantOf("acme/LARK/p-1")).isEqualTo("acme");
        assertThat(TenantPartitioner.tenantOf("acme")).isEqualTo("acme");
    }
}
