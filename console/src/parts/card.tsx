import { Box, type BoxProps } from '@mantine/core'
import type { ReactNode } from 'react'

export function Card({ children, ...rest }: BoxProps & { children: ReactNode }) {
  return (
    <Box className="card" p={{ base: 'lg', sm: 'xl' }} {...rest}>
      {children}
    </Box>
  )
}
