package io.warroom.simulator;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class BoundariesTest {
    private static final String ROOT = "io.warroom.simulator";

    @Test
    void platformsDoNotSeeEachOther() {
        var classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT + ".wecom", ROOT + ".dingtalk", ROOT + ".lark");
        slices().matching(ROOT + ".(wecom|dingtalk|lark)..")
                .should()
                .notDependOnEachOther()
                .because("each platform is written from its own documentation alone")
                .check(classes);
    }

    @Test
    void packagesHaveNoCycles() {
        var classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
        slices().matching("io.warroom.(**)")
                .should()
                .beFreeOfCycles()
                .because("the witness serves the platforms and knows none of them")
                .check(classes);
    }
}
