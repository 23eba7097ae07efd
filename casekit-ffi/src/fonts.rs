//! The fonts for PDFs: the bundled ones and those of the host.

use std::sync::Arc;

#[cfg(feature = "pdf")]
use casekit::export::pdf::Fonts;

use crate::callback::FontProvider;
#[cfg(feature = "pdf")]
use crate::error::CasekitError;

/// The bundled fonts and the host's. The host is asked once, when the first PDF is made.
pub(crate) struct HostFonts {
    #[cfg_attr(not(feature = "pdf"), allow(dead_code))]
    provider: Option<Arc<dyn FontProvider>>,
    #[cfg(feature = "pdf")]
    fonts: std::sync::OnceLock<Fonts>,
    #[cfg(feature = "system-fonts")]
    system: std::sync::OnceLock<Fonts>,
}

impl HostFonts {
    pub(crate) fn new(provider: Option<Arc<dyn FontProvider>>) -> Self {
        Self {
            provider,
            #[cfg(feature = "pdf")]
            fonts: std::sync::OnceLock::new(),
            #[cfg(feature = "system-fonts")]
            system: std::sync::OnceLock::new(),
        }
    }

    /// The same with fonts of the system for scripts that these lack. The system is looked through once.
    #[cfg(feature = "system-fonts")]
    pub(crate) fn with_system(&self) -> Result<Fonts, CasekitError> {
        let fonts = self.all()?;
        Ok(self.system.get_or_init(|| fonts.with_system_fonts()).clone())
    }

    #[cfg(all(feature = "pdf", not(feature = "system-fonts")))]
    pub(crate) fn with_system(&self) -> Result<Fonts, CasekitError> {
        let what = "this library was built without fonts of the system: use one with the feature `system-fonts`, or bring fonts";
        Err(CasekitError::report("not_built", what))
    }

    /// The bundled fonts come first, so that text in their scripts looks the same everywhere.
    #[cfg(feature = "pdf")]
    pub(crate) fn all(&self) -> Result<Fonts, CasekitError> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(fonts.clone());
        }
        #[cfg(feature = "fonts")]
        let mut fonts = Fonts::bundled();
        #[cfg(not(feature = "fonts"))]
        let mut fonts = Fonts::empty();
        if let Some(provider) = &self.provider {
            for font in provider.fonts().map_err(|_| CasekitError::callback("font provider"))? {
                fonts = fonts
                    .with_font(font.bytes, font.index)
                    .map_err(|error| CasekitError::report("pdf", error.to_string()))?;
            }
        }
        Ok(self.fonts.get_or_init(|| fonts).clone())
    }
}
