using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Heretix.Platform.Database;

/// <summary>EF keeps one model for each context type; ours also depends on which modules contributed.</summary>
internal sealed class ModelPartsCacheKeyFactory : IModelCacheKeyFactory
{
    public object Create(DbContext context, bool designTime) =>
        (context.GetType(), designTime, (context as HeretixDb)?.Parts.Key);
}
