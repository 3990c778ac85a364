using System.Reflection;
using Heretix.Accounts;
using Heretix.Billing;
using Heretix.Checks;
using Heretix.Platform;
using Heretix.Platform.Settings;

namespace Heretix.Tests.Unit.Platform.Settings;

/// <summary>The handbook of the configuration leaves nothing out.</summary>
public sealed class HandbookTests
{
    private static readonly string Handbook = File.ReadAllText(Path.Combine(Root(), "docs", "configuration.md"));

    /// <summary>What is bound in another way, and described in its own words there.</summary>
    private static readonly string[] Described =
    [
        "LimitOptions",
        "PlansOptions",
        "PlanOptions",
        "EncryptionOptions",
        "PrivateClusterOptions",
    ];

    public static TheoryData<string> Options =>
        [
            .. new[] { typeof(PlatformModule), typeof(AccountsModule), typeof(BillingModule), typeof(ChecksModule) }
                .SelectMany(room => room.Assembly.GetTypes())
                .Where(type =>
                    type.Name.EndsWith("Options", StringComparison.Ordinal) && !Described.Contains(type.Name)
                )
                .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
                .Where(property => property.SetMethod?.IsPublic == true)
                .Select(property => $"{property.DeclaringType!.FullName!.Split('.')[1]}:{property.Name}")
                .Distinct(),
        ];

    [Fact]
    public void Every_variable_is_in_it() =>
        Variable.All.ShouldAllBe(variable => Handbook.Contains($"`{variable.Name}`", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_of_a_room_is_in_it(string option) => Handbook.ShouldContain($"| `Heretix:{option}` |");

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Heretix.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
