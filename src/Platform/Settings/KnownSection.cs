using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Platform.Settings;

/// <summary>Options that somebody reads: the public properties of a class under a section of the configuration.</summary>
/// <param name="Section">For example <c>Heretix:Platform</c>.</param>
/// <param name="Type">The class; null where the names are free, or checked by whoever reads them.</param>
internal sealed record KnownSection(string Section, Type? Type);

/// <summary>Registration of <see cref="KnownSection"/>.</summary>
public static class KnownSectionServices
{
    /// <summary>Says that <typeparamref name="TOptions"/> is read from a section; names that nobody reads are refused on start.</summary>
    public static IServiceCollection AddKnownOptions<TOptions>(this IServiceCollection services, string section) =>
        services.AddSingleton(new KnownSection(section, typeof(TOptions)));

    /// <summary>Says that a section is read whose names are free, or are checked by whoever reads them.</summary>
    public static IServiceCollection AddKnownSection(this IServiceCollection services, string section) =>
        services.AddSingleton(new KnownSection(section, null));
}
