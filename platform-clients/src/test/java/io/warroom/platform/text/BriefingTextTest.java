package io.warroom.platform.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Briefing;
import io.warroom.platform.Fixture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BriefingTextTest {

    @Test
    void fieldsOfAnIncidentCannotMentionLinkOrFormat() {
        String hostile = "@all <@u1> <at id=all></at> [here](http://evil) **bold** `x`\n# head\r> quote";
        String text = BriefingText.render(Fixture.briefing(hostile, hostile), 5_000, "\n");
        assertThat(text)
                .doesNotContain("<")
                .doesNotContain("@")
                .doesNotContain("](http://evil")
                .doesNotContain("#")
                .doesNotContain("`");
    }

    @Test
    void everythingIsSaidWhenThereIsRoom() {
        assertThat(BriefingText.render(Fixture.briefing("Down", "Since noon"), 5_000, "\n"))
                .isEqualTo("""
                        **Down**
                        **Severity**: P1
                        **Impact**: No checkout
                        **Service**: checkout
                        **Region**: eu-1
                        **In command**: Chen Commander
                        **Responders**: Name of p1
                        **Missing**: Name of p2: No contact is known.
                        **What happened**: Since noon
                        [Dashboard](https://dash.example/d%281%29)""");
    }

    @Test
    void manyRespondersTakeOneLineThatSaysHowManyMoreThereAre() {
        Briefing few = Fixture.briefing("Down", "Since noon");
        Briefing many = new Briefing(
                few.key(),
                few.incidentId(),
                few.title(),
                few.severity(),
                few.impact(),
                few.service(),
                few.region(),
                few.description(),
                few.declaredAt(),
                IntStream.range(0, 1_000)
                        .mapToObj(i -> Fixture.person("p" + i, null, null, null))
                        .toList(),
                few.missing(),
                few.links());

        String text = BriefingText.render(many, 2_000, "\n");

        assertThat(text).containsOnlyOnce("Responders").containsPattern("Name of p0, .* and 9\\d\\d more\n");
    }

    @Test
    void noLimitIsEverPassed() {
        for (int limit = 0; limit < 400; limit++) {
            String text = BriefingText.render(Fixture.briefing("支付😀失败", "数据库😀"), limit, "  \n  ");
            assertThat(Cut.bytes(text)).isLessThanOrEqualTo(limit);
            assertThat(text).doesNotContain("�");
        }
    }

    @Test
    void bytesAreCutBetweenCharacters() {
        assertThat(Cut.toBytes("a😀b", 4)).isEqualTo("a");
        assertThat(Cut.toBytes("a😀b", 5)).isEqualTo("a😀");
        assertThat(Cut.toCharacters("😀😀", 1)).isEqualTo("😀");
    }
}
