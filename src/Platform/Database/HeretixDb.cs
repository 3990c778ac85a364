using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Platform.Database;

/// <summary>
/// The one database of the server. Its model is put together from the parts of the modules; tables live in the schema of
/// their room. A context is short-lived: it is made for a unit of work, holds its connection only while it needs it, and
/// is never kept over a call to a model.
/// </summary>
public sealed class HeretixDb(DbContextOptions<HeretixDb> options, ModelParts parts) : DbContext(options)
{
    internal ModelParts Parts => parts;

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var module in parts.Modules)
            module.BuildModel(modelBuilder);
    }
}

/// <summary>The modules whose parts make up the model.</summary>
/// <param name="Modules">In the order of the server's list.</param>
public sealed record ModelParts(IReadOnlyList<IModule> Modules)
{
    /// <summary>Tells models with different parts from one another.</summary>
    public string Key { get; } = string.Join('+', Modules.Select(module => module.GetType().FullName));
}
