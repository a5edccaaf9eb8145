package io.warroom.topic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicTest {

    @ParameterizedTest
    @EnumSource(Topic.class)
    void twoReplicasAcknowledgeWhereThereAreThree(Topic topic) {
        assertThat(topic.settings(3)).containsEntry("min.insync.replicas", "2");
        assertThat(topic.settings(2)).doesNotContainKey("min.insync.replicas");
        assertThat(topic.settings(1)).isEqualTo(topic.settings());
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void aSegmentIsADayAtMost(Topic topic) {
        assertThat(topic.settings()).containsEntry("segment.ms", "86400000");
    }

    @Test
    void whatOthersProduceIsKeptByTheBrokersClock() {
        assertThat(Topic.INCIDENT_DECLARED.settings()).containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(Topic.INCIDENT_UPDATED.settings()).containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(Topic.INCIDENT_RESOLVED.settings()).containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(Topic.WAR_ROOM_OPENED.settings()).doesNotContainKey("message.timestamp.type");
    }
}
